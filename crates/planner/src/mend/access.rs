//! Failures that only a person can mend: what a workflow may reach, who it signs in as, what stands in the way outside.

use bridge_domain::{Error, ErrorCode};

/// What to do in the window about a failure of this kind. None where the workflow itself may be at fault.
pub(super) fn advice(error: &Error) -> Option<String> {
    let text = match error.code {
        ErrorCode::NotGranted => {
            "The workflow was not allowed to reach that. I cannot allow it for you: look at what it wants to reach, and if \
             that is intended, press “Allow … and retry” at the failed step of the run."
        }
        ErrorCode::KeyMissing => {
            "It has no credential to sign in with. Open the node, choose one at Credential or make a new one, and run again."
        }
        ErrorCode::KeyRejected => {
            "The other side did not accept the credential. Open the node, edit what is chosen at Credential, test it there, \
             and run again."
        }
        ErrorCode::PermissionDenied => {
            "The credential was accepted but may not do this. Give it the permission at the service, or choose another one \
             at Credential in the node."
        }
        ErrorCode::QuotaExceeded => {
            "The account at the service is out of credit or quota. Extend it there, or choose another credential in the node."
        }
        ErrorCode::ModelNotFound => {
            "The provider has no model of that name. Choose another one at Model in the node, or leave it empty for the default."
        }
        ErrorCode::TlsFailed => {
            "The certificate of the other side is not right. Check the address; if it is your own server, renew its certificate."
        }
        ErrorCode::ProxyAuthentication => {
            "The proxy of your network wants a name and a password. Enter them in the proxy settings of your system."
        }
        ErrorCode::CaptivePortal => {
            "A web page came instead of an answer: sign in to the network you are in, or check the address."
        }
        ErrorCode::KeychainMissing
        | ErrorCode::KeychainLocked
        | ErrorCode::KeychainDenied
        | ErrorCode::KeychainWaiting => {
            "The credential is in the system's keychain, which did not give it out. Unlock the keychain or allow Bridge to \
             use it, and run again."
        }
        ErrorCode::DiskFull => "The disk is full. Make room and run again.",
        ErrorCode::ReadOnly => {
            "The place it writes to cannot be written. Choose another folder, or change its permissions."
        }
        ErrorCode::Canceled => {
            "The run was stopped by hand, so there is nothing to mend. Run it again if you want the rest."
        }
        ErrorCode::Internal => {
            "That is a defect of the application, not of your workflow. Please report it, and run again."
        }
        ErrorCode::ContextTooLong => {
            "What the model is to read is too long for it. Send it less, for example only the fields it needs, or choose a \
             model that reads more."
        }
        ErrorCode::ContentFiltered => "The provider withheld the answer. Word the prompt in another way.",
        ErrorCode::LimitReached => {
            "A limit of the run was reached. Work on fewer items at a time, with a Limit or a Loop node before it, or raise \
             the limit in the settings."
        }
        ErrorCode::InvalidInput if error.message.to_lowercase().contains("credential") => {
            "Open the node, look at what is chosen at Credential, choose or correct it, and run again."
        }
        _ => return by_status(error, &[401, 402, 403, 407]),
    };
    Some(text.to_owned())
}

/// What to do about an answer that says the request itself is wrong, when nothing in the workflow explains it.
pub(super) fn wrong_request(error: &Error) -> Option<String> {
    by_status(error, &[400, 404, 405, 409, 410, 412, 413, 415, 422])
}

fn by_status(error: &Error, about: &[u16]) -> Option<String> {
    let status = status(error).filter(|status| about.contains(status))?;
    let text = match status {
        401 => {
            "The other side does not know who is asking. Open the node, choose or correct what is at Credential, and run again."
        }
        402 => "The account at the service has to be paid or extended.",
        403 => {
            "The other side knows who is asking, and does not allow this. Check the permissions of the credential at the service, or choose another one at Credential in the node."
        }
        407 => {
            "The proxy of your network wants a name and a password. Enter them in the proxy settings of your system."
        }
        404 | 410 => "There is nothing at that address. Check the URL in the node, and the identifiers in it.",
        405 => "The service does not take this method at this address. Check Method and URL in the node.",
        409 | 412 => {
            "What is at the service is in another state than this request expects. Its answer, in the details of the step, says more."
        }
        413 => "It was sent too much at once. Send less, for example in batches with a Loop node.",
        415 => {
            "The service does not take this kind of body. Check the kind of body and the header Content-Type in the node."
        }
        _ => {
            "The service did not accept what was sent. Its answer, in the details of the step, says what; correct that in the node."
        }
    };
    Some(text.to_owned())
}

/// The HTTP status that an error tells of: `api.example.com answered 404 Not Found.`
pub(super) fn status(error: &Error) -> Option<u16> {
    let lower = error.message.to_lowercase();
    ["answered with status ", "answered ", "status code ", "status "].iter().find_map(|before| {
        let digits = lower.split(before).nth(1)?.get(..3)?;
        digits.parse().ok().filter(|status| (100..600).contains(status))
    })
}
