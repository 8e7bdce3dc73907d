/** What each kind of credential consists of, as the core says it. */
import type { CredentialField } from "../../bindings/CredentialField";
import type { CredentialSpec } from "../../bindings/CredentialSpec";

type Named = [name: string, title: string, description: string, preset?: string];

const field = (
  [name, title, description, preset = ""]: Named,
  secret: boolean,
  required: boolean,
): CredentialField => ({
  name,
  title,
  description,
  secret,
  required,
  default: preset,
});
const required = (...named: Named) => field(named, false, true);
const optional = (...named: Named) => field(named, false, false);
const secret = (...named: Named) => field(named, true, true);
const optionalSecret = (...named: Named) => field(named, true, false);

const TEST_URL = optional(
  "test_url",
  "Test URL",
  "An address of the service that answers only with the right credential. Used by the test.",
);
const SECURITY = "tls, starttls, or none on this machine only.";

/** The kinds, in the order of the form. */
export const CREDENTIAL_KINDS: readonly CredentialSpec[] = [
  {
    kind: "bearer",
    name: "Bearer token",
    description: "A token sent as Authorization: Bearer, as most web services want it.",
    fields: [secret("token", "Token", "Without the word Bearer."), TEST_URL],
  },
  {
    kind: "header",
    name: "Header",
    description: "A header with a secret value, such as X-Api-Key.",
    fields: [
      required("name", "Header", "Name of the header.", "X-Api-Key"),
      secret("value", "Value", "What the header says."),
      TEST_URL,
    ],
  },
  {
    kind: "basic",
    name: "User name and password",
    description: "HTTP Basic authentication.",
    fields: [
      required("user", "User name", "Who signs in."),
      secret("password", "Password", "The password, or a token the service takes in its place."),
      TEST_URL,
    ],
  },
  {
    kind: "query",
    name: "Query parameter",
    description: "A query parameter with a secret value, such as ?api_key=.",
    fields: [
      required("name", "Parameter", "Name of the query parameter.", "api_key"),
      secret("value", "Value", "What the parameter says."),
      TEST_URL,
    ],
  },
  {
    kind: "o_auth2",
    name: "OAuth 2",
    description: "Access that a person grants in the browser, without giving away a password.",
    fields: [
      required("authorization_url", "Authorization URL", "Where the person agrees, from the service's documentation."),
      required("token_url", "Token URL", "Where tokens are given out, from the service's documentation."),
      required("client_id", "Client ID", "Of the application you registered at the service."),
      optionalSecret("client_secret", "Client secret", "Only if the service gave you one."),
      optional("scopes", "Scopes", "What is asked for, separated by spaces."),
      optional(
        "client_authentication",
        "Client authentication",
        "Where the client secret goes: body or header.",
        "body",
      ),
      TEST_URL,
    ],
  },
  {
    kind: "smtp",
    name: "Mail sending (SMTP)",
    description: "An account that sends mail.",
    fields: [
      required("host", "Host", "Such as smtp.example.com."),
      optional("port", "Port", "465 for tls, 587 for starttls.", "465"),
      optional("security", "Encryption", SECURITY, "tls"),
      optional("user", "User name", "Empty for a server that wants none."),
      optionalSecret("password", "Password", "Needed with a user name."),
      optional("from", "From", "Sender's address that mails carry unless a node says another."),
    ],
  },
  {
    kind: "imap",
    name: "Mailbox (IMAP)",
    description: "An account that reads mail.",
    fields: [
      required("host", "Host", "Such as imap.example.com."),
      optional("port", "Port", "993 for tls, 143 for starttls.", "993"),
      optional("security", "Encryption", SECURITY, "tls"),
      required("user", "User name", "Who signs in."),
      secret("password", "Password", "The password, or an application password."),
    ],
  },
  {
    kind: "database",
    name: "Database",
    description: "The address of a PostgreSQL database, with user name and password.",
    fields: [secret("url", "Connection URL", "Such as postgres://user:password@db.example.com:5432/shop.")],
  },
];
