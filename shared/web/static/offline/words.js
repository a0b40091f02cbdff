/* French: numbers with their noun, and when something happened. */

export const SPACE = "\u00a0";

/* No line may begin with a punctuation mark. */
export const french = (text) => text.replace(/ ([:;?!»])/g, `${SPACE}$1`).replace(/« /g, `«${SPACE}`);

export const plural = (count, one, many = `${one}s`) => `${count}${SPACE}${count > 1 ? many : one}`;

const clock = (moment) => `${moment.getHours()}${SPACE}h${SPACE}${String(moment.getMinutes()).padStart(2, "0")}`;

export const instant = (iso) => {
  const moment = new Date(iso);
  const isToday = moment.toDateString() === new Date().toDateString();
  const day = isToday ? "aujourd’hui" : `le ${moment.toLocaleDateString("fr-FR", { day: "numeric", month: "long" })}`;
  return `${day} à ${clock(moment)}`;
};

export const TROUBLES = {
  network: "Pas de réseau. L’envoi reprendra tout seul.",
  slow: "Le réseau ne répond pas. L’envoi reprendra tout seul.",
  server: "Le serveur est occupé. L’envoi reprendra tout seul.",
  session: "Votre session est terminée. Reconnectez-vous pour envoyer vos visites.",
  access: "Votre compte ne permet pas cet envoi. Vos visites restent gardées ici.",
  person: "Quelqu’un d’autre est connecté. Ces visites partiront quand leur auteur se reconnectera.",
};
