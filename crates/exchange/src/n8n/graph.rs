//! Connections, which n8n keeps by name and by number of the output and the input.

use bridge_domain::{Edge, EdgeId, ImportNotice};

use super::Converted;
use super::document::Document;
use crate::check::notice;

/// The edges between what the nodes became, and notices on connections that have no counterpart.
///
/// A node of Bridge has one input and tells branches apart by the order of its edges; so edges to a second input stand
/// behind those to a first one.
pub(super) fn edges(document: &Document, converted: &[Option<Converted>]) -> (Vec<Edge>, Vec<ImportNotice>) {
    let (mut edges, mut notices) = (Vec::new(), Vec::new());
    for (links, source) in document.connections.iter().zip(converted) {
        let Some(source) = source else { continue };
        edges.extend(within(source).map(|edge| (0, edge)));
        for link in links.iter().filter(|link| link.kind == "main") {
            let Some(Some(target)) = converted.get(link.target) else { continue };
            let exit = source.exits.get(link.output).and_then(|(part, handle)| Some((source.ids.get(*part)?, handle)));
            match (exit, target.ids.first()) {
                (Some((from, handle)), Some(to)) => {
                    edges.push((link.input, edge(from.as_str(), handle.as_deref(), to.as_str())))
                }
                _ => notices.push(notice(
                    source.ids.first().map(|id| (id, source.label.as_str())),
                    format!("Its connection to “{}” was left out: it has no such output here.", target.label),
                    "Connect the two in another way.",
                )),
            }
        }
    }
    edges.sort_by_key(|(input, _)| *input);
    let numbered = edges.into_iter().enumerate();
    (numbered.map(|(place, (_, edge))| Edge { id: EdgeId(format!("e{}", place + 1)), ..edge }).collect(), notices)
}

/// The edges between the nodes that one became: each leads on to the next by the output that no rule took.
fn within(converted: &Converted) -> impl Iterator<Item = Edge> {
    let pairs = converted.ids.iter().zip(converted.ids.iter().skip(1)).zip(&converted.ways_on);
    pairs.map(|((from, to), way)| edge(from.as_str(), way.as_deref(), to.as_str()))
}

fn edge(source: &str, handle: Option<&str>, target: &str) -> Edge {
    Edge {
        id: EdgeId(String::new()),
        source: source.into(),
        target: target.into(),
        source_handle: handle.map(str::to_owned),
        target_handle: None,
    }
}
