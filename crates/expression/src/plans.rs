//! Plans of configurations that were evaluated before: a workflow's configurations come again with every run.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use bridge_domain::Config;

use crate::plan::{Plan, SiteFault};

/// Plans kept at most.
const KEPT: usize = 1_024;

/// Plans by the place of their configuration in memory. A place says only where to look: another configuration may have
/// come to it, so that a plan counts for what equals the configuration it was made from.
#[derive(Debug, Default)]
pub(crate) struct Plans(Mutex<HashMap<usize, Arc<Known>>>);

#[derive(Debug)]
struct Known {
    config: Config,
    plan: Arc<Plan>,
}

impl Plans {
    /// The plan of a configuration.
    ///
    /// # Errors
    /// As [`Plan::new`].
    pub(crate) fn of(&self, config: &Config) -> Result<Arc<Plan>, Box<SiteFault>> {
        let place = std::ptr::from_ref(config).addr();
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&place).cloned();
        if let Some(known) = known.filter(|known| known.config == *config) {
            return Ok(Arc::clone(&known.plan));
        }
        let plan = Arc::new(Plan::new(config)?);
        let mut plans = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if plans.len() >= KEPT {
            plans.clear();
        }
        plans.insert(place, Arc::new(Known { config: config.clone(), plan: Arc::clone(&plan) }));
        Ok(plan)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn config(text: &str) -> Config {
        Config::from_iter([("a".to_owned(), text.into())])
    }

    #[test]
    fn a_plan_is_made_once_for_a_configuration_and_anew_for_what_takes_its_place() {
        let plans = Plans::default();
        let mut one = config("={{ $json.a }}");
        let first = plans.of(&one).unwrap();
        assert!(Arc::ptr_eq(&first, &plans.of(&one).unwrap()));
        one.clone_from(&config("={{ $json.b }}"));
        let other = plans.of(&one).unwrap();
        assert_eq!((first.sites[0].text.as_str(), other.sites[0].text.as_str()), ("={{ $json.a }}", "={{ $json.b }}"));
        assert!(plans.of(&config("={{ (")).is_err());
    }

    #[test]
    fn they_do_not_grow_without_end() {
        let plans = Plans::default();
        let many: Vec<Config> = (0..=KEPT).map(|number| config(&format!("={{{{ $json.n{number} }}}}"))).collect();
        many.iter().for_each(|config| drop(plans.of(config).unwrap()));
        assert!(plans.0.lock().unwrap().len() <= KEPT);
    }
}
