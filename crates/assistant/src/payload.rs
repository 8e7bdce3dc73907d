//! What goes over the wire, for the user to read before and after.

use bridge_domain::{ModelRequest, Payload};

use crate::ask::Ask;
use crate::redact::Redactor;

/// What is sent for this request. The adapter leaves the key out already; should one still be in there, it is taken out
/// here, because this is kept.
pub(crate) fn of(ask: &Ask, request: &ModelRequest, redactor: &Redactor) -> Payload {
    let Payload { url, headers, body } = ask.model.payload(request);
    Payload {
        url: redactor.known(&url).into_owned(),
        headers: headers.into_iter().map(|(name, value)| (name, redactor.known(&value).into_owned())).collect(),
        body: redactor.known(&body).into_owned(),
    }
}
