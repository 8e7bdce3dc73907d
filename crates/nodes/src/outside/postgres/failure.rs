//! What the database says, in a person's words.

use bridge_domain::{Error, ErrorCode, StepFailure};
use serde_json::json;
use tokio_postgres::error::{DbError, ErrorPosition, SqlState};

/// The failure that an error of the database or of the connection is. `parameter` holds the SQL, if the user wrote it.
pub fn of_database(error: tokio_postgres::Error, parameter: Option<&str>) -> StepFailure {
    if let Some(said) = error.as_db_error() {
        return said_by_server(said, parameter);
    }
    if error.is_closed() {
        let message = "The database server closed the connection.";
        return Error::new(ErrorCode::Interrupted, message, "Try again; look at the server's log if it happens again.")
            .into();
    }
    not_asked(error, "Check the query and the credential.")
}

/// As [`of_database`], while signing in.
pub fn not_signed_in(error: tokio_postgres::Error) -> StepFailure {
    // The server's list of who may come from where, and whether encrypted.
    let refused = error.as_db_error().filter(|said| said.message().contains("pg_hba.conf"));
    if let Some(said) = refused {
        let message = format!("The database server lets nobody in like this: {}.", said.message());
        let hint = "Try sslmode=require in the credential's URL, or have this account allowed on the server.";
        return Error::new(ErrorCode::PermissionDenied, message, hint).into();
    }
    if error.as_db_error().is_some() || error.is_closed() {
        return of_database(error, None);
    }
    let hint = "Check host and port in the credential's URL; sslmode=disable is for a server on this machine that does \
                not encrypt.";
    not_asked(error, hint)
}

fn not_asked(error: tokio_postgres::Error, hint: &str) -> StepFailure {
    let text = error.to_string();
    let failed = |text: &str| {
        let message = format!("The database could not be asked: {text}.");
        Error::new(ErrorCode::ServiceFailed, message, hint).into()
    };
    match error.into_source().map(|source| source.downcast::<Error>()) {
        // An error of the gate on its way through the library.
        Some(Ok(error)) => (*error).into(),
        Some(Err(source)) => failed(&format!("{text}: {source}")),
        None => failed(&text),
    }
}

fn said_by_server(said: &DbError, parameter: Option<&str>) -> StepFailure {
    let code = match *said.code() {
        SqlState::INVALID_PASSWORD | SqlState::INVALID_AUTHORIZATION_SPECIFICATION => ErrorCode::KeyRejected,
        SqlState::INSUFFICIENT_PRIVILEGE => ErrorCode::PermissionDenied,
        SqlState::QUERY_CANCELED => ErrorCode::Timeout,
        SqlState::TOO_MANY_CONNECTIONS
        | SqlState::CANNOT_CONNECT_NOW
        | SqlState::T_R_SERIALIZATION_FAILURE
        | SqlState::T_R_DEADLOCK_DETECTED => ErrorCode::ProviderUnavailable,
        SqlState::INVALID_CATALOG_NAME | SqlState::UNDEFINED_TABLE | SqlState::UNDEFINED_COLUMN => ErrorCode::NotFound,
        _ => ErrorCode::ServiceFailed,
    };
    let hint = match code {
        ErrorCode::KeyRejected => "Correct the user name and password in the credential.",
        ErrorCode::PermissionDenied => "Ask the database's owner for the right, or use another account.",
        ErrorCode::Timeout => "Give the statement more time, or make it read fewer rows.",
        ErrorCode::ProviderUnavailable => "Try again in a moment.",
        ErrorCode::NotFound => "Check the name; names written without quotation marks are lower case.",
        _ => said.hint().unwrap_or("Correct the query or the values."),
    };
    let position = match said.position() {
        Some(ErrorPosition::Original(place)) => Some(place.saturating_sub(1)),
        Some(ErrorPosition::Internal { .. }) | None => None,
    };
    let message = format!("The database says: {}.", said.message().trim_end_matches('.'));
    StepFailure {
        parameter: parameter.map(str::to_owned),
        position: parameter.and(position),
        detail: Some(Box::new(
            json!({ "sqlstate": said.code().code(), "constraint": said.constraint(), "detail": said.detail() }),
        )),
        ..Error::new(code, message, hint).into()
    }
}
