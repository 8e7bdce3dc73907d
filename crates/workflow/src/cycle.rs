//! Circles in a graph: which new edges close one. Knows only numbers, no nodes.

use std::ops::RangeInclusive;

/// Steps spent on finding out which of several edges close a circle, before all that lie on one are named. Only a graph
/// made for the purpose takes that many.
const MAX_STEPS: usize = 20_000_000;

/// An edge between two numbered nodes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Link {
    pub source: usize,
    pub target: usize,
    /// Whether it may be blamed. Circles of old edges alone are nobody's fault.
    pub is_new: bool,
}

/// Indexes of the new links that close a circle, when links are laid in order and those that close one are left out.
///
/// Without them, no circle has a new link in it. Takes time linear in the graph as long as there is no circle; where
/// there are very many, every new link that lies on one is named.
pub(crate) fn closing(node_count: usize, links: &[Link]) -> Vec<usize> {
    let component = components(node_count, links);
    let on_circle = |index: &usize| component[links[*index].source] == component[links[*index].target];
    let (new, old): (Vec<usize>, Vec<usize>) =
        (0..links.len()).filter(on_circle).partition(|index| links[*index].is_new);
    if new.is_empty() {
        return Vec::new();
    }
    let old: Vec<Link> = old.into_iter().map(|index| links[index]).collect();
    let group = components(node_count, &old);
    let mut order = Order::new(group.iter().max().map_or(0, |last| last + 1));
    for link in &old {
        order.lay(group[link.source], group[link.target]);
    }
    new.into_iter().filter(|index| !order.insert(group[links[*index].source], group[links[*index].target])).collect()
}

/// For each node, the indexes of the links that leave it.
fn adjacency(node_count: usize, links: &[Link]) -> Vec<Vec<usize>> {
    let mut outgoing = vec![Vec::new(); node_count];
    for (index, link) in links.iter().enumerate() {
        outgoing[link.source].push(index);
    }
    outgoing
}

/// For each node, the number of its strongly connected component: links between components lead from higher to lower
/// numbers, and without links the last node has number 0 (Tarjan, without recursion: a chain of 10,000 nodes must not
/// exhaust the stack).
pub(crate) fn components(node_count: usize, links: &[Link]) -> Vec<usize> {
    const NONE: usize = usize::MAX;
    let outgoing = adjacency(node_count, links);
    let mut order = vec![NONE; node_count];
    let mut low = vec![0; node_count];
    let mut component = vec![NONE; node_count];
    let (mut open, mut calls) = (Vec::new(), Vec::new());
    let (mut next_order, mut next_component) = (0, 0);
    for root in (0..node_count).rev() {
        if order[root] != NONE {
            continue;
        }
        calls.push((root, 0));
        while let Some((node, position)) = calls.pop() {
            if position == 0 {
                order[node] = next_order;
                low[node] = next_order;
                next_order += 1;
                open.push(node);
            } else {
                let child = links[outgoing[node][position - 1]].target;
                if component[child] == NONE {
                    low[node] = low[node].min(low[child]);
                }
            }
            if let Some(link) = outgoing[node].get(position) {
                calls.push((node, position + 1));
                if order[links[*link].target] == NONE {
                    calls.push((links[*link].target, 0));
                }
                continue;
            }
            if low[node] == order[node] {
                while let Some(member) = open.pop() {
                    component[member] = next_component;
                    if member == node {
                        break;
                    }
                }
                next_component += 1;
            }
        }
    }
    component
}

/// A graph without circles whose nodes are kept in an order in which every link leads forward (Pearce and Kelly,
/// "A dynamic topological sort algorithm for directed acyclic graphs", 2006).
struct Order {
    rank: Vec<usize>,
    after: Vec<Vec<usize>>,
    before: Vec<Vec<usize>>,
    mark: Vec<u32>,
    round: u32,
    steps: usize,
}

impl Order {
    /// Nodes without links, the last one first, as [`components`] numbers them.
    fn new(count: usize) -> Self {
        let none = vec![Vec::new(); count];
        let rank = (0..count).rev().collect();
        Self { rank, after: none.clone(), before: none, mark: vec![0; count], round: 0, steps: 0 }
    }

    /// Lays a link that leads forward, or from a node to itself, which is left out.
    fn lay(&mut self, source: usize, target: usize) {
        if source != target {
            self.after[source].push(target);
            self.before[target].push(source);
        }
    }

    /// Lays a link unless it closes a circle. Says whether it was laid.
    fn insert(&mut self, source: usize, target: usize) -> bool {
        if source == target {
            return false;
        }
        if self.rank[target] < self.rank[source] && !self.make_way(source, target) {
            return false;
        }
        self.lay(source, target);
        true
    }

    /// Moves what leads to `source` before what `target` leads to, unless that is a circle.
    fn make_way(&mut self, source: usize, target: usize) -> bool {
        let (low, high) = (self.rank[target], self.rank[source]);
        if self.steps > MAX_STEPS {
            return false;
        }
        let mut forward = self.reach(target, low..=high, |order| &order.after);
        if self.mark[source] == self.round {
            return false;
        }
        let mut backward = self.reach(source, low..=high, |order| &order.before);
        forward.sort_unstable_by_key(|node| self.rank[*node]);
        backward.sort_unstable_by_key(|node| self.rank[*node]);
        backward.append(&mut forward);
        let mut ranks: Vec<usize> = backward.iter().map(|node| self.rank[*node]).collect();
        ranks.sort_unstable();
        for (node, rank) in backward.into_iter().zip(ranks) {
            self.rank[node] = rank;
        }
        true
    }

    /// All nodes that can be reached within these ranks. They are marked with the round.
    fn reach(&mut self, from: usize, ranks: RangeInclusive<usize>, next: fn(&Self) -> &Vec<Vec<usize>>) -> Vec<usize> {
        self.round += 1;
        let (mut waiting, mut found) = (vec![from], Vec::new());
        while let Some(node) = waiting.pop() {
            if std::mem::replace(&mut self.mark[node], self.round) == self.round {
                continue;
            }
            found.push(node);
            let neighbours = &next(self)[node];
            waiting.extend(neighbours.iter().filter(|next| ranks.contains(&self.rank[**next])));
            self.steps += 1 + neighbours.len();
        }
        found
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// `a>b` is an old link, `a+b` a new one.
    fn check(text: &str, expected: &[usize]) {
        let number = |name: &str| usize::from(name.as_bytes()[0] - b'a');
        let links: Vec<Link> = text
            .split_whitespace()
            .map(|link| Link { source: number(&link[..1]), target: number(&link[2..]), is_new: &link[1..2] == "+" })
            .collect();
        assert_eq!(closing(26, &links), expected, "{text}");
    }

    #[test]
    fn the_last_new_link_of_a_circle_closes_it() {
        check("", &[]);
        check("a>b b>c", &[]);
        check("a>b b>c c+a", &[2]);
        check("a+b b+c c+a", &[2]);
        check("c+a a+b b+c", &[2]);
        check("a+a", &[0]);
    }

    #[test]
    fn a_link_left_out_does_not_count_against_later_ones() {
        check("a>b b>c c+a a+c", &[2]);
        check("a>b c>d b+a d+c b+c d+a", &[2, 3, 5]);
    }

    #[test]
    fn old_circles_are_nobodys_fault_unless_a_new_link_joins_them() {
        check("a>b b>a b+c", &[]);
        check("a>b b>a b+c c+a", &[3]);
        check("a>b b>c c>a a+c", &[3]);
    }

    #[test]
    fn after_leaving_them_out_no_circle_is_left() {
        let mut state = 7_u32;
        let mut random = |below: u32| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) % below
        };
        for _ in 0..500 {
            let links: Vec<Link> = (0..random(30))
                .map(|_| Link { source: random(8) as usize, target: random(8) as usize, is_new: true })
                .collect();
            let found = closing(8, &links);
            let kept: Vec<Link> =
                links.iter().enumerate().filter(|(index, _)| !found.contains(index)).map(|(_, link)| *link).collect();
            assert!(closing(8, &kept).is_empty());
            for index in found {
                let mut with = kept.clone();
                with.retain(|link| (link.source, link.target) != (links[index].source, links[index].target));
                with.push(links[index]);
                assert!(!closing(8, &with).is_empty(), "{index} of {links:?} closes nothing");
            }
        }
    }
}
