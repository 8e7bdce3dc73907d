//! What each kind of credential consists of. Data only; what values may be is in `check`.

use bridge_domain::{CredentialField, CredentialKind, CredentialSpec};

/// Where its value is checked against a server.
const TEST_URL: (&str, &str, &str) = (
    "test_url",
    "Test URL",
    "An address of the service that answers only with the right credential. Used by the test.",
);

/// All kinds a person can create, in the order of the form.
#[must_use]
pub fn kinds() -> Vec<CredentialSpec> {
    vec![
        spec(
            CredentialKind::Bearer,
            "Bearer token",
            "A token sent as Authorization: Bearer, as most web services want it.",
            tested([secret("token", "Token", "Without the word Bearer.")]),
        ),
        spec(
            CredentialKind::Header,
            "Header",
            "A header with a secret value, such as X-Api-Key.",
            named_value(required("name", "Header", "Name of the header.", "X-Api-Key"), "What the header says."),
        ),
        spec(
            CredentialKind::Basic,
            "User name and password",
            "HTTP Basic authentication.",
            tested(sign_in("The password, or a token the service takes in its place.")),
        ),
        spec(
            CredentialKind::Query,
            "Query parameter",
            "A query parameter with a secret value, such as ?api_key=.",
            named_value(
                required("name", "Parameter", "Name of the query parameter.", "api_key"),
                "What the parameter says.",
            ),
        ),
        spec(
            CredentialKind::OAuth2,
            "OAuth 2",
            "Access that a person grants in the browser, without giving away a password.",
            oauth2_fields(),
        ),
        spec(CredentialKind::Smtp, "Mail sending (SMTP)", "An account that sends mail.", smtp_fields()),
        spec(CredentialKind::Imap, "Mailbox (IMAP)", "An account that reads mail.", imap_fields()),
        spec(
            CredentialKind::Database,
            "Database",
            "The address of a PostgreSQL database, with user name and password.",
            vec![secret("url", "Connection URL", "Such as postgres://user:password@db.example.com:5432/shop.")],
        ),
    ]
}

/// The kind's own description, if a person can create it.
pub(crate) fn find(kind: CredentialKind) -> Option<CredentialSpec> {
    kinds().into_iter().find(|spec| spec.kind == kind)
}

/// Fields of a kind that is checked against an address.
fn tested(fields: impl IntoIterator<Item = CredentialField>) -> Vec<CredentialField> {
    fields.into_iter().chain([optional(TEST_URL, "")]).collect()
}

/// A secret that is sent under a name.
fn named_value(name: CredentialField, value: &str) -> Vec<CredentialField> {
    tested([name, secret("value", "Value", value)])
}

fn sign_in(password: &str) -> [CredentialField; 2] {
    [required("user", "User name", "Who signs in.", ""), secret("password", "Password", password)]
}

fn oauth2_fields() -> Vec<CredentialField> {
    let url = |name, title, purpose: &str| {
        required(name, title, &format!("{purpose}, from the service's documentation."), "")
    };
    tested([
        url("authorization_url", "Authorization URL", "Where the person agrees"),
        url("token_url", "Token URL", "Where tokens are given out"),
        required("client_id", "Client ID", "Of the application you registered at the service.", ""),
        CredentialField {
            required: false,
            ..secret("client_secret", "Client secret", "Only if the service gave you one.")
        },
        optional(("scopes", "Scopes", "What is asked for, separated by spaces."), ""),
        optional(
            ("client_authentication", "Client authentication", "Where the client secret goes: body or header."),
            "body",
        ),
    ])
}

/// Where a mail server is, and how it is spoken to.
fn server(host: &str, port: &str, default_port: &str) -> [CredentialField; 3] {
    [
        required("host", "Host", host, ""),
        optional(("port", "Port", port), default_port),
        optional(("security", "Encryption", "tls, starttls, or none on this machine only."), "tls"),
    ]
}

fn smtp_fields() -> Vec<CredentialField> {
    let account = [
        optional(("user", "User name", "Empty for a server that wants none."), ""),
        CredentialField { required: false, ..secret("password", "Password", "Needed with a user name.") },
        optional(("from", "From", "Sender's address that mails carry unless a node says another."), ""),
    ];
    server("Such as smtp.example.com.", "465 for tls, 587 for starttls.", "465").into_iter().chain(account).collect()
}

fn imap_fields() -> Vec<CredentialField> {
    let server = server("Such as imap.example.com.", "993 for tls, 143 for starttls.", "993");
    server.into_iter().chain(sign_in("The password, or an application password.")).collect()
}

fn spec(kind: CredentialKind, name: &str, description: &str, fields: Vec<CredentialField>) -> CredentialSpec {
    CredentialSpec { kind, name: name.to_owned(), description: description.to_owned(), fields }
}

fn required(name: &str, title: &str, description: &str, default: &str) -> CredentialField {
    CredentialField {
        name: name.to_owned(),
        title: title.to_owned(),
        description: description.to_owned(),
        secret: false,
        required: true,
        default: default.to_owned(),
    }
}

fn optional((name, title, description): (&str, &str, &str), default: &str) -> CredentialField {
    CredentialField { required: false, ..required(name, title, description, default) }
}

fn secret(name: &str, title: &str, description: &str) -> CredentialField {
    CredentialField { secret: true, ..required(name, title, description, "") }
}
