//! Answers that change nothing: help, explanations, findings, honest refusals.

pub(crate) mod advise;
pub(crate) mod explain;
pub(crate) mod help;
pub(crate) mod question;
pub(crate) mod scope;

use bridge_domain::Briefing;

use crate::read::lexicon::Lexicon;

/// What every answer may draw on.
pub(crate) struct Room<'a, 'c> {
    pub briefing: &'c Briefing,
    pub lexicon: &'a Lexicon<'c>,
    /// The request, whole.
    pub text: &'a str,
}
