//! Model providers as the user has set them up: the registry, the settings, the keys and the gate put together.
//!
//! The assistant and the workflows' nodes ask the same models with the same keys through this. Nothing here knows a wire
//! format, and no key leaves it but inside a model.

use std::sync::Arc;

use bridge_domain::{
    Error, ErrorCode, KeySource, LocalServer, Model, ModelSource, ProviderInfo, ProviderSettings, Result, SecretString,
    Settings,
};
use bridge_gate::Gate;
use bridge_keychain::{Keys, Lookup};
use bridge_planner::Planner;
use bridge_providers::{Limits, PROVIDERS, ProviderSpec};
use futures_util::future::BoxFuture;

/// Identifier of the built-in assistant: a provider like the others that needs no key and no network.
pub const BUILT_IN: &str = "builtin";

/// Where the settings are read, each time anew.
pub type ReadSettings = dyn Fn() -> Settings + Send + Sync;

/// Providers, ready to be asked. Clones share everything.
#[derive(Clone)]
pub struct Models {
    keys: Keys,
    gate: Gate,
    settings: Arc<ReadSettings>,
}

impl Models {
    /// Models with these keys and settings, asked through this gate.
    #[must_use]
    pub fn new(keys: Keys, gate: Gate, settings: Arc<ReadSettings>) -> Self {
        Self { keys, gate, settings }
    }

    /// Identifiers of all providers, the built-in one first.
    #[must_use]
    pub fn known() -> Vec<&'static str> {
        std::iter::once(BUILT_IN).chain(PROVIDERS.iter().map(|spec| spec.id)).collect()
    }

    /// The model provider with this identifier, ready to be asked.
    ///
    /// # Errors
    /// [`ErrorCode::KeyMissing`], a keychain's error, or an unusable base URL.
    pub async fn model(&self, provider: &str) -> Result<Arc<dyn Model>> {
        Ok(self.connect(provider).await?.0)
    }

    /// The model provider with this identifier, and the secrets it holds, so that they can be kept out of everything else.
    ///
    /// # Errors
    /// As [`Self::model`].
    pub async fn connect(&self, provider: &str) -> Result<(Arc<dyn Model>, Vec<SecretString>)> {
        if provider == BUILT_IN {
            return Ok((Arc::new(Planner::default()), Vec::new()));
        }
        let spec = spec(provider)?;
        let base_url = self.overrides(spec).base_url;
        let key = self.key(spec).await?;
        let limits = Limits::for_provider(spec);
        let model = bridge_providers::connect(spec, &self.gate, base_url.as_deref(), key.clone(), limits)?;
        Ok((model, key.into_iter().collect()))
    }

    /// The key to ask with. A keychain that fails does not stand in the way of a server that needs no key.
    async fn key(&self, spec: &ProviderSpec) -> Result<Option<SecretString>> {
        let lookup = self.lookup(spec)?;
        match self.keys.find(&lookup).await {
            Ok(Some((key, _))) => Ok(Some(key)),
            Ok(None) if spec.needs_key => Err(key_missing(spec, &lookup)),
            Err(error) if spec.needs_key => Err(error),
            Ok(None) | Err(_) => Ok(None),
        }
    }

    fn overrides(&self, spec: &ProviderSpec) -> ProviderSettings {
        (self.settings)().providers.get(spec.id).cloned().unwrap_or_default()
    }

    /// The model a provider is asked with unless another one is named.
    #[must_use]
    pub fn model_name(&self, provider: &str) -> String {
        let chosen = (self.settings)().providers.get(provider).and_then(|settings| settings.model.clone());
        chosen.unwrap_or_else(|| default_model(provider).to_owned())
    }

    /// Where the key of a provider may be: bound to the host that is asked.
    fn lookup(&self, spec: &ProviderSpec) -> Result<Lookup> {
        Ok(Lookup {
            provider: spec.id.to_owned(),
            host: bridge_providers::key_host(spec, self.overrides(spec).base_url.as_deref())?,
            // Empty for a provider without an address of its own: nobody else is asked with its variable.
            default_host: bridge_providers::key_host(spec, None).unwrap_or_default(),
            variable: spec.key_variable.map(str::to_owned),
        })
    }

    /// All providers as the settings page shows them, the built-in assistant first.
    pub async fn providers(&self) -> Vec<ProviderInfo> {
        let mut providers = vec![self.built_in_info()];
        for spec in PROVIDERS {
            providers.push(self.info(spec).await);
        }
        providers
    }

    fn built_in_info(&self) -> ProviderInfo {
        ProviderInfo {
            id: BUILT_IN.to_owned(),
            name: "Built-in assistant".to_owned(),
            local: true,
            needs_key: false,
            key_source: KeySource::None,
            key_variable: None,
            key_page: None,
            base_url: String::new(),
            default_base_url: String::new(),
            model: default_model(BUILT_IN).to_owned(),
            default_model: default_model(BUILT_IN).to_owned(),
            missing: None,
        }
    }

    async fn info(&self, spec: &ProviderSpec) -> ProviderInfo {
        let (key_source, missing) = match self.lookup(spec) {
            Ok(lookup) => {
                let (source, problem) = self.keys.source(&lookup).await;
                let lacks_key = spec.needs_key && source == KeySource::None;
                (source, lacks_key.then(|| problem.unwrap_or_else(|| key_missing(spec, &lookup)).message))
            }
            Err(error) => (KeySource::None, Some(error.message)),
        };
        ProviderInfo {
            id: spec.id.to_owned(),
            name: spec.name.to_owned(),
            local: spec.local,
            needs_key: spec.needs_key,
            key_source,
            key_variable: spec.key_variable.map(str::to_owned),
            key_page: spec.key_page.map(str::to_owned),
            base_url: self.overrides(spec).base_url.unwrap_or_else(|| spec.base_url.to_owned()),
            default_base_url: spec.base_url.to_owned(),
            model: self.model_name(spec.id),
            default_model: spec.default_model.to_owned(),
            missing,
        }
    }

    /// Keeps a key for the host its provider is set to now.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidInput`] for text that cannot be a key, or a keychain's error.
    pub async fn set_key(&self, provider: &str, key: SecretString, session_only: bool) -> Result<ProviderInfo> {
        let spec = spec(provider)?;
        let lookup = self.lookup(spec)?;
        if session_only {
            self.keys.set_session(spec.id, &lookup.host, key)?;
        } else {
            self.keys.set(spec.id, &lookup.host, key).await?;
        }
        Ok(self.info(spec).await)
    }

    /// Forgets the key for the host its provider is set to now.
    ///
    /// # Errors
    /// A keychain's error.
    pub async fn remove_key(&self, provider: &str) -> Result<ProviderInfo> {
        let spec = spec(provider)?;
        self.keys.remove(spec.id, &self.lookup(spec)?.host).await?;
        Ok(self.info(spec).await)
    }

    /// Model servers that answer on this machine's usual ports.
    pub async fn find_local_servers(&self) -> Vec<LocalServer> {
        bridge_providers::find_local_servers(&self.gate).await
    }
}

impl ModelSource for Models {
    fn model<'a>(&'a self, provider: Option<&'a str>) -> BoxFuture<'a, Result<(Arc<dyn Model>, String)>> {
        Box::pin(async move {
            let provider = provider.map_or_else(|| (self.settings)().default_provider, str::to_owned);
            if provider == BUILT_IN {
                return Err(no_model());
            }
            if bridge_providers::provider(&provider).is_none() {
                return Err(unknown_provider(&provider));
            }
            Ok((Self::model(self, &provider).await?, self.model_name(&provider)))
        })
    }
}

/// The built-in assistant knows workflows and nothing else: what a node asks of a model it cannot do.
fn no_model() -> Error {
    Error::new(
        ErrorCode::ModelNotFound,
        "The node needs a language model, and none is set up.",
        "Name a provider in the node, or choose one as the default in Settings; a local one needs no key.",
    )
}

fn unknown_provider(provider: &str) -> Error {
    let known: Vec<_> = PROVIDERS.iter().map(|spec| spec.id).collect();
    Error::new(
        ErrorCode::NotFound,
        format!("There is no model provider “{provider}”."),
        format!("Name one of these in the node: {}.", known.join(", ")),
    )
}

/// Says which host the key is for where it is not the provider's own: a key entered for another host is not sent there.
fn key_missing(spec: &ProviderSpec, lookup: &Lookup) -> Error {
    let (host, hint) = if lookup.host == lookup.default_host {
        (String::new(), "Enter one in the settings, or choose a provider that needs none.")
    } else {
        (
            format!(" for {}", lookup.host),
            "A key goes only to the host it was entered for. Enter one for this host in the settings.",
        )
    };
    Error::new(ErrorCode::KeyMissing, format!("{} needs an API key{host}.", spec.name), hint)
}

fn spec(provider: &str) -> Result<&'static ProviderSpec> {
    bridge_providers::provider(provider).ok_or_else(|| Error::not_found(format!("The provider “{provider}”")))
}

fn default_model(provider: &str) -> &'static str {
    match bridge_providers::provider(provider) {
        Some(spec) => spec.default_model,
        None => bridge_planner::MODEL,
    }
}
