//! Which settings are accepted.

use std::ops::RangeInclusive;

use bridge_domain::{Error, Problem, ProblemCode, Result, Settings};

use bridge_models::BUILT_IN;

const OUTPUT_TOKENS: RangeInclusive<u32> = 1_024..=131_072;
const CONTEXT_TOKENS: RangeInclusive<u32> = 2_048..=1_000_000;

/// Whether these settings can be kept.
///
/// # Errors
/// [`bridge_domain::ErrorCode::InvalidInput`] with every broken field.
pub fn check(settings: &Settings) -> Result<()> {
    let mut problems = Vec::new();
    let mut refuse = |path: String, message: String| {
        problems.push(Problem { path, code: ProblemCode::InvalidValue, message });
    };
    let provider = settings.default_provider.as_str();
    if provider != BUILT_IN && bridge_providers::provider(provider).is_none() {
        refuse("default_provider".to_owned(), format!("There is no provider “{provider}”."));
    }
    for (path, value, range) in [
        ("max_output_tokens", settings.max_output_tokens, OUTPUT_TOKENS),
        ("context_tokens", settings.context_tokens, CONTEXT_TOKENS),
    ] {
        if !range.contains(&value) {
            refuse(path.to_owned(), format!("Must be from {} to {}.", range.start(), range.end()));
        }
    }
    if settings.webhooks.port < 1_024 {
        refuse("webhooks.port".to_owned(), "Must be from 1024 to 65535.".to_owned());
    }
    let is_name = |host: &String| {
        let valid = |c: char| c.is_ascii_alphanumeric() || ".-:[]".contains(c);
        !host.is_empty() && host.len() <= 260 && host.chars().all(valid)
    };
    for (index, host) in settings.webhooks.hosts.iter().enumerate().filter(|(_, host)| !is_name(host)) {
        refuse(
            format!("webhooks.hosts[{index}]"),
            format!("“{host}” is not a host's name, such as hooks.example.com."),
        );
    }
    for (id, overrides) in &settings.providers {
        if id == BUILT_IN {
            continue;
        }
        let Some(spec) = bridge_providers::provider(id) else {
            refuse(format!("providers.{id}"), format!("There is no provider “{id}”."));
            continue;
        };
        if let Err(error) = bridge_providers::key_host(spec, overrides.base_url.as_deref()) {
            refuse(format!("providers.{id}.base_url"), error.message);
        }
        if overrides.model.as_deref().is_some_and(|model| model.trim().is_empty()) {
            refuse(format!("providers.{id}.model"), "Name a model, or leave it to the default.".to_owned());
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(Error::invalid(problems)) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use bridge_domain::ProviderSettings;

    use super::*;

    #[test]
    fn every_broken_field_is_named() {
        let mut settings = Settings {
            default_provider: "nobody".to_owned(),
            max_output_tokens: 1,
            context_tokens: u32::MAX,
            ..Settings::default()
        };
        let overrides = ProviderSettings { base_url: Some("ftp://x".to_owned()), model: Some(" ".to_owned()) };
        settings.providers.insert("openai".to_owned(), overrides);
        let paths: Vec<_> = check(&settings).unwrap_err().problems.into_iter().map(|problem| problem.path).collect();
        assert_eq!(
            paths,
            [
                "default_provider",
                "max_output_tokens",
                "context_tokens",
                "providers.openai.base_url",
                "providers.openai.model"
            ]
        );
        assert!(check(&Settings::default()).is_ok());
    }
}
