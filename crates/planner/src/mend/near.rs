//! How near two names are. Knows nothing of fields or nodes.

use crate::read::words::{fold, stem};

/// Names longer than this are not compared by their letters.
const LONGEST: usize = 80;

/// A name without case, separators and plural: `Order_Totals` and `orderTotal` are one.
pub(super) fn bare(name: &str) -> String {
    stem(&letters(name))
}

fn letters(name: &str) -> String {
    fold(name).chars().filter(|letter| letter.is_alphanumeric()).collect()
}

/// How many slips make one name of the other, plurals aside. 0 where they differ in case, separators or plural only.
pub(super) fn slips(left: &str, right: &str) -> Option<usize> {
    if bare(left) == bare(right) {
        return Some(0);
    }
    let apart = [distance(&bare(left), &bare(right)), distance(&letters(left), &letters(right))];
    apart.into_iter().flatten().min()
}

/// Insertions, deletions, replacements and swaps of neighbours that make one name of the other; none where they are too
/// many to speak of a slip: one for every four letters, and at least one.
fn distance(left: &str, right: &str) -> Option<usize> {
    let (left, right): (Vec<char>, Vec<char>) = (left.chars().collect(), right.chars().collect());
    let longest = left.len().max(right.len());
    let most = (longest / 4).max(1);
    if longest > LONGEST || left.len().abs_diff(right.len()) > most || left.len().min(right.len()) < 2 {
        return None;
    }
    let (mut older, mut last): (Vec<usize>, Vec<usize>) = (Vec::new(), (0..=right.len()).collect());
    for (row, a) in left.iter().enumerate() {
        let mut next = vec![row + 1];
        for (column, b) in right.iter().enumerate() {
            let replaced = last[column] + usize::from(a != b);
            let mut best = replaced.min(last[column + 1] + 1).min(next[column] + 1);
            if row > 0 && column > 0 && *a == right[column - 1] && left[row - 1] == *b {
                best = best.min(older[column - 1] + 1);
            }
            next.push(best);
        }
        older = std::mem::replace(&mut last, next);
    }
    last.last().copied().filter(|distance| *distance <= most)
}

/// Whether one name holds the other as a part worth the name: `total` and `total_amount`.
pub(super) fn contains(left: &str, right: &str) -> bool {
    let (short, long) = if left.len() < right.len() { (left, right) } else { (right, left) };
    short.len() >= 4 && long.len() > short.len() && (long.starts_with(short) || long.ends_with(short))
}

/// The only one with the best mark; all of them where several share it.
pub(super) fn best<T: Clone, M: Ord>(candidates: impl Iterator<Item = (M, T)>) -> Vec<T> {
    let mut found: Vec<(M, T)> = candidates.collect();
    let Some(at) = (0..found.len()).min_by(|a, b| found[*a].0.cmp(&found[*b].0)) else { return Vec::new() };
    found.swap(0, at);
    let (first, rest) = found.split_at(1);
    let same = rest.iter().filter(|(mark, _)| *mark == first[0].0);
    first.iter().chain(same).map(|(_, one)| one.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_near_and_other_names_are_not() {
        assert_eq!(distance("mail", "email"), Some(1));
        assert_eq!(distance("adress", "address"), Some(1));
        assert_eq!(distance("teh", "the"), Some(1));
        assert_eq!(distance("customer_nmae", "customer_name"), Some(1));
        assert_eq!(distance("name", "total"), None);
        assert_eq!(distance("a", "b"), None);
        assert_eq!((slips("stauts", "status"), slips("E-Mails", "email")), (Some(1), Some(0)));
        assert_eq!(bare("Order_Totals"), bare("orderTotal"));
        assert!(contains("total", "total_amount") && !contains("id", "identity"));
    }
}
