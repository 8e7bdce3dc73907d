//! Triggers that can wait for a step's answer, and steps that give one: both ends are set to match.
//!
//! Which option of a trigger means a step answers is read from the manifests: `respond_node` belongs to the connector `respond`.

use bridge_domain::{ActionManifest, Catalog, Config};

use super::build::Builder;
use super::notes::quoted;
use crate::read::lexicon::properties;

/// The parameter of a trigger by which it waits for an answering step, its option, and the connector that answers.
pub(super) fn waits_for<'c>(catalog: &'c Catalog, action: &'c ActionManifest) -> Option<(&'c str, &'c str, &'c str)> {
    properties(action).find_map(|(name, schema)| {
        let mut options = schema.get("enum")?.as_array()?.iter().filter_map(serde_json::Value::as_str);
        options.find_map(|option| {
            let connector = catalog.connector(option.strip_suffix("_node")?)?;
            Some((name, option, connector.id.as_str()))
        })
    })
}

impl Builder<'_, '_> {
    /// Lets the triggers wait for the answering steps that were added.
    pub(super) fn pair_answers(&mut self) {
        let catalog = self.lexicon.catalog();
        let triggers: Vec<usize> = self.draft.alive().filter(|node| self.draft.is_trigger(*node)).collect();
        for trigger in triggers {
            let Some((name, option, connector)) =
                self.draft.manifest(trigger).and_then(|action| waits_for(catalog, action))
            else {
                continue;
            };
            let answers = self.made.iter().any(|node| self.draft.nodes[*node].connector_id == connector);
            let set = self.draft.nodes[trigger].config.get(name).is_some_and(|value| value == option);
            if !answers || set {
                continue;
            }
            let existing = self.draft.nodes[trigger].added_by.is_none();
            self.draft.update(trigger, None, Config::from_iter([(name.to_owned(), option.into())]));
            if existing {
                let label = quoted(&self.draft.nodes[trigger].label);
                self.notes.done.push(format!("{label} waits for that answer now (`{name}`: `{option}`)."));
            }
        }
    }
}
