//! Typing errors: a word that is none of ours and one edit away from exactly one that is, is taken for that one.
//!
//! Common words are never touched, and quotations, addresses and values are not words.

use std::collections::{HashMap, HashSet};

use super::common::is_common;
use super::grammar::{AFTER_VERB, BEFORE_NOUN, CLOSING, FILLER, POLITE, STRUCTURE};
use super::tokens::{Kind, Token};
use super::words::one_edit_apart;

/// Words that are looked at; what comes later in a very long message stays as it is.
const MAX_WORDS: usize = 2_000;
/// Words of four letters are too short for guesses, except for swapped neighbours and usual short forms.
const SWAPPED: &[(&str, &str)] = &[
    ("wehn", "when"),
    ("hwen", "when"),
    ("thne", "then"),
    ("tehn", "then"),
    ("sned", "send"),
    ("psot", "post"),
    ("fiel", "file"),
    ("snd", "send"),
    ("msg", "message"),
    ("msgs", "messages"),
    ("notif", "notification"),
    ("wf", "workflow"),
];

/// Corrects the words of a message in place. Returns what was taken for what, in order, each once. Names of services
/// that have no connector are words of their own: nothing is made of them, and what is near to one is near to it too.
pub(crate) fn correct(
    tokens: &mut [Token],
    vocabulary: impl Iterator<Item = String>,
    services: &[&str],
) -> Vec<(String, String)> {
    let mut known: HashSet<String> = vocabulary.collect();
    known.extend(services.iter().map(|name| (*name).to_owned()));
    known.extend(STRUCTURE.iter().map(|word| (*word).to_owned()));
    let mut targets: HashMap<u8, Vec<&str>> = HashMap::new();
    for word in known.iter().filter(|word| word.len() >= 5 && word.is_ascii()) {
        targets.entry(word.as_bytes()[0]).or_default().push(word);
    }
    let common: HashSet<&str> =
        [FILLER, POLITE, CLOSING, BEFORE_NOUN, AFTER_VERB].into_iter().flatten().copied().collect();
    let stems: HashSet<String> = known.iter().map(|word| super::words::stem(word)).collect();
    let mut corrections = Vec::new();
    let mut seen: HashMap<String, Option<String>> = HashMap::new();
    for token in tokens.iter_mut().filter(|token| token.kind == Kind::Word).take(MAX_WORDS) {
        if known.contains(&token.word)
            || stems.contains(&token.stem)
            || common.contains(token.word.as_str())
            || is_common(&token.word)
        {
            continue;
        }
        let found = seen.entry(token.word.clone()).or_insert_with(|| nearest(&token.word, &targets)).clone();
        if let Some(word) = found {
            let correction = (token.text.clone(), word.clone());
            token.spell(&word);
            if !corrections.contains(&correction) {
                corrections.push(correction);
            }
        }
    }
    corrections
}

/// The one word that is a single edit away, if there is exactly one (forms of one word count as one).
fn nearest(word: &str, targets: &HashMap<u8, Vec<&str>>) -> Option<String> {
    if let Some((_, meant)) = SWAPPED.iter().find(|(typed, _)| *typed == word) {
        return Some((*meant).to_owned());
    }
    if word.len() < 4 || word.bytes().any(|byte| !byte.is_ascii_lowercase()) {
        return None;
    }
    let mut near: Vec<&str> =
        targets.get(&word.as_bytes()[0])?.iter().copied().filter(|target| one_edit_apart(word, target)).collect();
    near.sort_unstable();
    let first = *near.first()?;
    let one_word = near.iter().all(|other| super::words::stem(other) == super::words::stem(first));
    one_word.then(|| first.to_owned())
}
