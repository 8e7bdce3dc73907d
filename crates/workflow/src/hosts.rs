//! The hosts a configuration talks to, found in its text. Nothing is looked up or called.

use std::collections::HashSet;

use bridge_domain::{ActionManifest, Config, Definition};
use serde_json::Value;
use url::Url;

use crate::config::{is_expression, properties};
use crate::rules::Rules;

/// Schemes under which something can be reached.
const SCHEMES: &[&str] = &["http:", "https:", "ws:", "wss:", "ftp:", "ftps:", "sftp:"];

/// Hosts in a text.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Hosts {
    /// Names and addresses in the form they are connected to: lower case, `xn--`, plain numbers.
    pub named: HashSet<String>,
    /// Whether some host is known only in a run, because an expression stands in its place.
    pub is_computed: bool,
}

/// The hosts that a definition's nodes call: those in parameters that are addresses, not those in mere text.
pub(crate) fn called(definition: &Definition, rules: &Rules) -> HashSet<String> {
    let mut hosts = Hosts::default();
    for node in &definition.nodes {
        let Some(action) = rules.action_of(node) else { continue };
        for (key, _) in properties(&action.parameters).filter(|(_, schema)| schema["format"] == "uri") {
            node.data.config.get(key).into_iter().for_each(|value| collect(value, true, &mut hosts));
        }
    }
    hosts.named
}

/// All hosts that a configuration names, in addresses and in any other text.
pub(crate) fn mentioned(config: &Config, action: Option<&ActionManifest>) -> Hosts {
    let mut hosts = Hosts::default();
    for (key, value) in config {
        let is_address = action.is_some_and(|action| action.parameters["properties"][key]["format"] == "uri");
        collect(value, is_address, &mut hosts);
    }
    hosts
}

fn collect(value: &Value, is_address: bool, hosts: &mut Hosts) {
    match value {
        Value::String(text) => scan(text, is_address, hosts),
        Value::Array(list) => list.iter().for_each(|one| collect(one, is_address, hosts)),
        Value::Object(object) => object.iter().for_each(|(key, one)| {
            scan(key, false, hosts);
            collect(one, is_address, hosts);
        }),
        _ => {}
    }
}

fn scan(text: &str, is_address: bool, hosts: &mut Hosts) {
    let lower = text.to_ascii_lowercase();
    let mut found = false;
    for scheme in SCHEMES {
        for (at, _) in lower.match_indices(scheme) {
            if !lower[..at].ends_with(|one: char| one.is_ascii_alphanumeric()) {
                found |= read(&text[at..], scheme.len(), is_address, hosts);
            }
        }
    }
    // An address that is an expression, and does not spell out where it leads.
    hosts.is_computed |= is_address && is_expression(text) && !found;
}

/// Reads the host at the start of an address. Says whether there was one.
fn read(address: &str, scheme_length: usize, is_address: bool, hosts: &mut Hosts) -> bool {
    let end = address.find(|one: char| one.is_whitespace() || matches!(one, '"' | '\'' | '`' | '<' | '>' | '|'));
    let authority = authority(address, scheme_length);
    if authority.contains("{{") || authority.contains("${") {
        hosts.is_computed = true;
        return true;
    }
    let host =
        Url::parse(&address[..end.unwrap_or(address.len())]).ok().and_then(|url| url.host_str().map(str::to_owned));
    let is_found = host.is_some();
    // In a sentence, what follows a host is punctuation; in an address it is part of it.
    let ends: &[char] = if is_address { &['.'] } else { &['.', ',', ';', '!', ')', ']', '}', '*'] };
    let is_literal = |host: &str| host.starts_with('[');
    hosts.named.extend(host.map(|host| if is_literal(&host) { host } else { host.trim_end_matches(ends).to_owned() }));
    is_found
}

/// User, host and port: what stands between the slashes and the next delimiter. A backslash counts as a slash, as it
/// does for whoever connects.
fn authority(address: &str, scheme_length: usize) -> &str {
    let rest = address[scheme_length..].trim_start_matches(['/', '\\']);
    &rest[..rest.find(['/', '\\', '?', '#', '"', '\'', '`', '\n']).unwrap_or(rest.len())]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str], is_computed: bool) {
        let mut hosts = Hosts::default();
        scan(text, true, &mut hosts);
        let mut named: Vec<&str> = hosts.named.iter().map(String::as_str).collect();
        named.sort_unstable();
        assert_eq!((named.as_slice(), hosts.is_computed), (expected, is_computed), "{text}");
    }

    #[test]
    fn hosts_are_found_in_every_spelling() {
        check("https://Api.Example.com/x", &["api.example.com"], false);
        check("https://api.example.com./x", &["api.example.com"], false);
        check("https://good.example@evil.example/x", &["evil.example"], false);
        check("https:\\\\evil.example\\@good.example", &["evil.example"], false);
        check("HTTPS:evil.example", &["evil.example"], false);
        check("http://2130706433/", &["127.0.0.1"], false);
        check("http://0x7f.1/", &["127.0.0.1"], false);
        check("http://[::ffff:169.254.169.254]/", &["[::ffff:a9fe:a9fe]"], false);
        check("https://аpple.example/", &["xn--pple-43d.example"], false);
    }

    #[test]
    fn punctuation_of_a_sentence_is_not_part_of_a_host() {
        let mut hosts = Hosts::default();
        scan("see (https://a.example), wss://b.example.", false, &mut hosts);
        assert_eq!(hosts.named, HashSet::from(["a.example".to_owned(), "b.example".to_owned()]));
    }

    #[test]
    fn a_host_from_an_expression_is_computed() {
        check("={{ $json.url }}", &[], true);
        check("=https://{{ $json.host }}/x", &[], true);
        check("=https://api.example.com{{ '.evil.example' }}/", &[], true);
        check("=https://user:{{ 1 }}@api.example.com/", &[], true);
        check("=https://api.example.com/{{ $json.id }}", &["api.example.com"], false);
        check("={{ 'https://evil.example/' + $json.id }}", &["evil.example"], false);
    }
}
