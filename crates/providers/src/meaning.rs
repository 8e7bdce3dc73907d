//! What an error means: one table for all providers, because their words differ and do not clash. Values only.

use bridge_domain::ErrorCode;
use http::StatusCode;

use crate::error_body::Report;
use crate::failure::Party;

/// The words providers use, and what they mean. The words of one provider mean the same at every other that uses them.
const WORDS: &[(ErrorCode, &[&str])] = &[
    (
        ErrorCode::KeyRejected,
        &[
            "invalid_api_key",
            "incorrect_api_key",
            "authentication_error",
            "invalid_authentication",
            "invalid_request_api_key",
            "api_key_invalid",
            "api_key_expired",
            "unauthenticated",
        ],
    ),
    (
        ErrorCode::QuotaExceeded,
        &[
            "insufficient_quota",
            "billing_error",
            "billing_not_active",
            "billing_hard_limit_reached",
            "insufficient_balance",
            "quota_exceeded",
        ],
    ),
    (
        ErrorCode::PermissionDenied,
        &["permission_error", "permission_denied", "access_denied", "unsupported_country_region_territory"],
    ),
    (
        ErrorCode::ModelNotFound,
        &["model_not_found", "not_found_error", "model_not_available", "model_decommissioned", "invalid_model"],
    ),
    (
        ErrorCode::ContextTooLong,
        &[
            "context_length_exceeded",
            "request_too_large",
            "exceed_context_size_error",
            "string_above_max_length",
            "tokens_limit_reached",
        ],
    ),
    (
        ErrorCode::RateLimited,
        &["rate_limit_exceeded", "rate_limit_error", "rate_limited", "requests", "tokens", "resource_exhausted"],
    ),
    (
        ErrorCode::ContentFiltered,
        &["content_filter", "content_policy_violation", "content_policy", "moderation_blocked"],
    ),
    (ErrorCode::Timeout, &["timeout_error", "deadline_exceeded"]),
    (
        ErrorCode::ProviderUnavailable,
        &[
            "overloaded_error",
            "overloaded",
            "api_error",
            "server_error",
            "internal_server_error",
            "service_unavailable",
            "unavailable",
            "internal",
        ],
    ),
];

/// Sentences that say a conversation is too long where no word for it is sent.
const TOO_LONG: &[&str] = &[
    "context length",
    "context window",
    "context size",
    "maximum context",
    "prompt is too long",
    "input is too long",
    "input token count",
    "too many tokens",
    "reduce the length",
];

/// The kind of error that a report and a status mean together.
pub(crate) fn code(report: &Report, status: Option<StatusCode>, party: Party<'_>) -> ErrorCode {
    let status = status.map(|status| status.as_u16());
    if status == Some(402) || report.per_day_quota {
        return ErrorCode::QuotaExceeded;
    }
    let spoken = WORDS.iter().find(|(_, words)| words.iter().any(|word| report.says(word))).map(|(code, _)| *code);
    match (spoken, status) {
        // The status is the firmer fact where a word is used loosely: `api_error` with 401, `tokens` with 400.
        (Some(ErrorCode::RateLimited), Some(400..=428))
        | (Some(ErrorCode::ProviderUnavailable), Some(_))
        | (None, _) => by_status(report, status, party),
        (Some(ErrorCode::KeyRejected), _) => unaccepted_key(party),
        (Some(code), _) => code,
    }
}

fn by_status(report: &Report, status: Option<u16>, party: Party<'_>) -> ErrorCode {
    let message = report.message.to_ascii_lowercase();
    match status {
        Some(401) => unaccepted_key(party),
        Some(403) => ErrorCode::PermissionDenied,
        Some(408 | 504) => ErrorCode::Timeout,
        Some(413) => ErrorCode::ContextTooLong,
        Some(429) => ErrorCode::RateLimited,
        Some(511) => ErrorCode::CaptivePortal,
        // An error in a provider's own form: the address is right, so it is the model that is missing.
        Some(404) if report.is_in_form() || report.says_model() => ErrorCode::ModelNotFound,
        Some(404) => ErrorCode::RequestRefused,
        Some(409 | 500..) | None => ErrorCode::ProviderUnavailable,
        _ if TOO_LONG.iter().any(|sentence| message.contains(sentence)) => ErrorCode::ContextTooLong,
        _ if message.contains("api key") && (message.contains("invalid") || message.contains("not valid")) => {
            unaccepted_key(party)
        }
        _ if report.says_model() && (message.contains("not found") || message.contains("does not exist")) => {
            ErrorCode::ModelNotFound
        }
        _ => ErrorCode::RequestRefused,
    }
}

fn unaccepted_key(party: Party<'_>) -> ErrorCode {
    if party.key.is_some() { ErrorCode::KeyRejected } else { ErrorCode::KeyMissing }
}
