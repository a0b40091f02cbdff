// Reads deliveries on the standard input and says which the published library accepts: [{secret, headers, body}] -> [event or null].
import { readFileSync } from "node:fs";
import { Webhook } from "standardwebhooks";

const verdicts = JSON.parse(readFileSync(0, "utf8")).map(({ secret, headers, body }) => {
  try {
    return new Webhook(secret).verify(Buffer.from(body, "base64"), headers);
  } catch (refusal) {
    return null;
  }
});
process.stdout.write(JSON.stringify(verdicts));
