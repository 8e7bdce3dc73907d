//! Fields that did not arrive, and labels that no node has, where nearly the same did or has.

use bridge_domain::Config;
use serde_json::Value;

use super::expression::{self, Part};
use super::near;
use super::plain;
use crate::plan::notes::listed;
use crate::read::lexicon::{properties, text_of};

/// Fields told in one sentence at most.
const TOLD: usize = 8;
/// Levels of nested data that a run's report looks into; what lies deeper may have arrived.
const DEPTH: usize = 5;

/// What became of looking at expressions.
#[derive(Debug, Default)]
pub(super) struct Repair {
    /// Parameters with their corrected values.
    pub config: Config,
    /// What was replaced by what.
    pub replaced: Vec<(String, String)>,
    /// What is missing without one clear replacement, with what may be meant.
    pub open: Vec<(String, Vec<String>)>,
}

/// Which texts of a configuration are code rather than expressions.
pub(super) fn is_code(action: Option<&bridge_domain::ActionManifest>, name: &str) -> bool {
    action.is_some_and(|action| {
        properties(action).any(|(one, schema)| one == name && text_of(schema, "format") == "code" && name == "code")
    })
}

/// Looks at the texts of these parameters, and replaces parts of them as `correct` says.
fn each_text(
    parameters: &Config,
    is_code: impl Fn(&str) -> bool,
    repair: &mut Repair,
    mut correct: impl FnMut(&str, bool, &mut Repair) -> Option<String>,
) {
    for (name, value) in parameters {
        let code = is_code(name);
        let mut corrected = value.clone();
        let mut open = vec![&mut corrected];
        let mut changed = false;
        while let Some(inner) = open.pop() {
            match inner {
                Value::String(text) => {
                    if let Some(better) = correct(text, code, repair) {
                        *text = better;
                        changed = true;
                    }
                }
                Value::Array(list) => open.extend(list),
                Value::Object(map) => open.extend(map.values_mut()),
                _ => {}
            }
        }
        if changed {
            repair.config.insert(name.clone(), corrected);
        }
    }
}

/// Corrects fields that did not arrive.
pub(super) fn correct_fields(parameters: &Config, is_code: impl Fn(&str) -> bool, fields: &[String]) -> Repair {
    let mut repair = Repair::default();
    let arrived: Vec<Vec<Part>> =
        fields.iter().filter(|field| !field.starts_with('$')).map(|field| expression::parts_of(field)).collect();
    if arrived.is_empty() {
        return repair;
    }
    each_text(parameters, is_code, &mut repair, |text, code, repair| {
        let ranges = expression::evaluated(text, code);
        let found = ranges.iter().flat_map(|range| expression::paths(text, range));
        let mut better = text.to_owned();
        let mut changed = false;
        for path in found.collect::<Vec<_>>().into_iter().rev() {
            if has_arrived(&path.parts, &arrived) {
                continue;
            }
            let missing = expression::shown(&path.parts);
            match nearest(&path.parts, &arrived).as_slice() {
                [one] => {
                    better.replace_range(path.range, &expression::written(one));
                    note(&mut repair.replaced, (missing, expression::shown(one)));
                    changed = true;
                }
                several => {
                    let named = several.iter().map(|parts| expression::shown(parts)).collect();
                    note(&mut repair.open, (missing, named));
                }
            }
        }
        changed.then_some(better)
    });
    repair
}

fn note<T: PartialEq>(list: &mut Vec<T>, one: T) {
    if !list.contains(&one) {
        list.push(one);
    }
}

/// All entries of a list are reported as its first.
fn normal(parts: &[Part]) -> Vec<Part> {
    let first = |part: &Part| match part {
        Part::Index(_) => Part::Index("0".to_owned()),
        name => name.clone(),
    };
    parts.iter().map(first).collect()
}

fn has_arrived(parts: &[Part], arrived: &[Vec<Part>]) -> bool {
    let parts = normal(parts);
    let levels = parts.len().min(DEPTH);
    arrived.iter().any(|field| *field == parts || field.len() >= DEPTH && field[..] == parts[..levels])
}

/// How near a field is: a class, the better first, and the distance within it.
fn mark(wanted: &[Part], field: &[Part]) -> Option<(u8, usize)> {
    fn names(parts: &[Part]) -> Vec<&str> {
        let names = parts.iter().filter_map(|part| match part {
            Part::Name(name) => Some(name.as_str()),
            Part::Index(_) => None,
        });
        names.collect()
    }
    let indexes = |parts: &[Part]| parts.iter().filter(|part| matches!(part, Part::Index(_))).count();
    if indexes(wanted) != indexes(field) {
        return None;
    }
    let (wanted, field) = (names(wanted), names(field));
    let same = |left: &[&str], right: &[&str]| {
        left.len() == right.len() && left.iter().zip(right).all(|(left, right)| near::bare(left) == near::bare(right))
    };
    if same(&wanted, &field) {
        return Some((0, 0));
    }
    let ((last, parent), (field_last, field_parent)) = (wanted.split_last()?, field.split_last()?);
    if same(parent, field_parent) {
        return match near::slips(last, field_last) {
            Some(slips) => Some((1, slips)),
            None => near::contains(&near::bare(last), &near::bare(field_last)).then_some((4, 0)),
        };
    }
    if near::bare(last) == near::bare(field_last) {
        let apart = parent.iter().zip(field_parent).map(|(left, right)| near::slips(left, right));
        let same_length = parent.len() == field_parent.len();
        let near_parent = apart.collect::<Option<Vec<usize>>>().filter(|_| same_length);
        return Some(near_parent.map_or((3, 0), |apart| (2, apart.iter().sum())));
    }
    let slip = near::slips(last, field_last).filter(|slips| *slips == 1 && last.len() >= 4);
    slip.map(|distance| (5, distance))
}

/// The fields that are nearest to a path, with the indexes of the path.
fn nearest(wanted: &[Part], arrived: &[Vec<Part>]) -> Vec<Vec<Part>> {
    let candidates = arrived.iter().filter_map(|field| Some((mark(wanted, field)?, field)));
    let mut indexes: Vec<Part> = wanted.iter().filter(|part| matches!(part, Part::Index(_))).cloned().collect();
    indexes.reverse();
    let with_indexes = |field: &Vec<Part>| {
        let mut left = indexes.clone();
        let place = |part: &Part| match part {
            Part::Index(index) => left.pop().unwrap_or_else(|| Part::Index(index.clone())),
            name => name.clone(),
        };
        field.iter().map(place).collect()
    };
    near::best(candidates).into_iter().map(with_indexes).collect()
}

/// Corrects labels that no node has.
pub(super) fn correct_labels(parameters: &Config, is_code: impl Fn(&str) -> bool, labels: &[&str]) -> Repair {
    let mut repair = Repair::default();
    each_text(parameters, is_code, &mut repair, |text, code, repair| {
        let ranges = expression::evaluated(text, code);
        let found = ranges.iter().flat_map(|range| expression::mentions(text, range));
        let mut better = text.to_owned();
        let mut changed = false;
        for mention in found.collect::<Vec<_>>().into_iter().rev() {
            if labels.contains(&mention.label.as_str()) {
                continue;
            }
            let wanted = near::bare(&mention.label);
            let mark = |label: &&str| -> Option<(u8, usize)> {
                let slips = near::slips(&mention.label, label).map(|slips| (0, slips));
                slips.or_else(|| near::contains(&wanted, &near::bare(label)).then_some((1, 0)))
            };
            let near = near::best(labels.iter().filter_map(|label| Some((mark(label)?, *label))));
            match near.as_slice() {
                [one] => {
                    let written = expression::in_marks(one, &text[mention.range.clone()]);
                    better.replace_range(mention.range, &written);
                    note(&mut repair.replaced, (mention.label, (*one).to_owned()));
                    changed = true;
                }
                several => {
                    let named = several.iter().map(|label| (*label).to_owned()).collect();
                    note(&mut repair.open, (mention.label, named));
                }
            }
        }
        changed.then_some(better)
    });
    repair
}

/// Names in a sentence.
pub(super) fn told(names: &[String]) -> String {
    let mut shown: Vec<String> = names.iter().take(TOLD).map(|name| format!("`{}`", plain(name, 60))).collect();
    if names.len() > TOLD {
        shown.push(format!("{} more", names.len() - TOLD));
    }
    listed(&shown, "and")
}
