//! What a request cost, where the price is known.

use bridge_domain::Usage;

use crate::{Price, provider};

/// Cost in US dollars; 0 for a model on this machine, `None` where the price is not known.
///
/// An upper bound: tokens from the provider's cache are counted at the full price, because discounts differ and change.
#[must_use]
pub fn cost(provider_id: &str, model: &str, usage: &Usage) -> Option<f64> {
    let spec = provider(provider_id)?;
    if spec.local {
        return Some(0.0);
    }
    let price = spec.prices.iter().find(|price| is_for(price, model))?;
    let dollars = f64::from(usage.input_tokens) * price.input + f64::from(usage.output_tokens) * price.output;
    Some(dollars / 1_000_000.0)
}

/// A dated version of a model costs what the model costs: `name-2026-09-01`, `name-20260901`.
fn is_for(price: &Price, model: &str) -> bool {
    model.strip_prefix(price.model).is_some_and(|rest| {
        rest.is_empty() || (rest.starts_with('-') && rest.chars().all(|c| c == '-' || c.is_ascii_digit()))
    })
}
