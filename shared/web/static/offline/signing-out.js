/* On every page of somebody signed in: leaving asks this device what it still holds. */

const signOut = async (event) => {
  event.preventDefault();
  const form = event.currentTarget;
  try {
    const { leave } = await import("./leaving.js");
    await leave(form);
  } catch (error) {
    form.submit();
    throw error;
  }
};

document.querySelectorAll("[data-sign-out]").forEach((form) => form.addEventListener("submit", signOut));
