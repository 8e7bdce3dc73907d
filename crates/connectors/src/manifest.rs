//! Building blocks of a manifest, so that a connector's file holds only what is particular to it.
//!
//! Nothing here knows a connector.

use bridge_domain::{ActionManifest, ConnectorManifest, CredentialKind, NodeType, Port, Risk};
use serde_json::{Value, json};

use crate::parameter::{Parameter, object};

/// Identifier of the output of a node that has just one.
pub const MAIN: &str = "main";

/// Groups of the palette.
#[derive(Clone, Copy)]
pub enum Category {
    /// What starts a run.
    Triggers,
    /// What decides where items go.
    Flow,
    /// What changes items.
    Data,
    /// What calls other services.
    Actions,
    /// What reaches people.
    Communication,
    /// What asks a model.
    Ai,
    /// What reads and writes files.
    Files,
}

impl Category {
    fn name(self) -> &'static str {
        match self {
            Self::Triggers => "Triggers",
            Self::Flow => "Flow",
            Self::Data => "Data",
            Self::Actions => "Actions",
            Self::Communication => "Communication",
            Self::Ai => "AI",
            Self::Files => "Files",
        }
    }
}

/// A connector manifest in the making.
pub struct Connector(ConnectorManifest);

impl Connector {
    /// A connector with its identifier, its name and one sentence on what it is for.
    pub fn new(id: &str, name: &str, description: &str) -> Self {
        Self(ConnectorManifest {
            id: id.to_owned(),
            name: name.to_owned(),
            description: description.to_owned(),
            icon: String::new(),
            category: String::new(),
            synonyms: Vec::new(),
            credential: None,
            actions: Vec::new(),
        })
    }

    /// Its place in the palette and its icon, as `@tabler/icons-react` exports it.
    pub fn shown_in(mut self, category: Category, icon: &str) -> Self {
        category.name().clone_into(&mut self.0.category);
        icon.clone_into(&mut self.0.icon);
        self
    }

    /// Other words people use for it.
    pub fn synonyms(mut self, words: &[&str]) -> Self {
        self.0.synonyms = owned(words);
        self
    }

    /// The credential all its actions need.
    pub fn credential(mut self, kind: CredentialKind) -> Self {
        self.0.credential = Some(kind);
        self
    }

    /// One more action.
    pub fn action(mut self, action: Action) -> Self {
        self.0.actions.push(action.0);
        self
    }

    /// The finished manifest. An action that needs a credential carries [`Risk::Credential`].
    pub fn manifest(mut self) -> ConnectorManifest {
        let all_need_one = self.0.credential.is_some();
        for action in self.0.actions.iter_mut().filter(|action| all_need_one || action.credential.is_some()) {
            action.risks.push(Risk::Credential);
        }
        self.0
    }
}

/// An action manifest in the making: with one output, unless said otherwise.
pub struct Action(ActionManifest);

impl Action {
    /// An action that does something with what arrives.
    pub fn new(id: &str, name: &str, description: &str) -> Self {
        Self(ActionManifest {
            id: id.to_owned(),
            name: name.to_owned(),
            description: description.to_owned(),
            node_type: NodeType::Action,
            synonyms: Vec::new(),
            parameters: object(Vec::new()),
            outputs: vec![Port { id: MAIN.to_owned(), name: String::new() }],
            output_schema: json!({ "type": "object" }),
            allows_cycle: false,
            risks: Vec::new(),
            credential: None,
        })
    }

    /// An action that starts a run.
    pub fn trigger(id: &str, name: &str, description: &str) -> Self {
        Self::drawn_as(NodeType::Trigger, id, name, description)
    }

    /// An action that chooses among its outputs.
    pub fn condition(id: &str, name: &str, description: &str) -> Self {
        Self::drawn_as(NodeType::Condition, id, name, description)
    }

    fn drawn_as(node_type: NodeType, id: &str, name: &str, description: &str) -> Self {
        let mut action = Self::new(id, name, description);
        action.0.node_type = node_type;
        action
    }

    /// Other words people use for it.
    pub fn synonyms(mut self, words: &[&str]) -> Self {
        self.0.synonyms = owned(words);
        self
    }

    /// What can be set, in the order a form shows it.
    pub fn parameters(mut self, parameters: impl Into<Vec<Parameter>>) -> Self {
        self.0.parameters = object(parameters.into());
        self
    }

    /// Its outputs as pairs of identifier and name; none for an action that ends a branch.
    pub fn outputs(mut self, ports: &[(&str, &str)]) -> Self {
        self.0.outputs =
            ports.iter().map(|(id, name)| Port { id: (*id).to_owned(), name: (*name).to_owned() }).collect();
        self
    }

    /// The fields an item has that it puts out, as pairs of name and JSON type. Other fields may be there too.
    pub fn puts_out(mut self, fields: &[(&str, &str)]) -> Self {
        let properties: serde_json::Map<String, Value> =
            fields.iter().map(|(name, kind)| ((*name).to_owned(), json!({ "type": kind }))).collect();
        self.0.output_schema = json!({ "type": "object", "properties": properties });
        self
    }

    /// One item it puts out, as a JSON Schema, where names and types do not say enough.
    pub fn item(mut self, schema: Value) -> Self {
        self.0.output_schema = schema;
        self
    }

    /// The credential it needs, where that is another than its connector's.
    pub fn credential(mut self, kind: CredentialKind) -> Self {
        self.0.credential = Some(kind);
        self
    }

    /// Lets an edge lead back to it.
    pub fn allows_cycle(mut self) -> Self {
        self.0.allows_cycle = true;
        self
    }

    /// Why it deserves a second look, whatever its configuration.
    pub fn risks(mut self, risks: &[Risk]) -> Self {
        self.0.risks = risks.to_vec();
        self
    }
}

fn owned(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}
