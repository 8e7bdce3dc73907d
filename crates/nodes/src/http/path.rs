//! Paths into a JSON value, such as `data.orders[0].id`. Nothing is evaluated: a path names members and places only.

use serde_json::Value;

/// One step of a path.
#[derive(Debug, PartialEq, Eq)]
enum Step<'p> {
    /// A member of an object.
    Member(&'p str),
    /// A place in a list, from 0.
    Place(usize),
}

/// What stands at a path; the value itself for an empty one. A name with dots in it is written `['a.b']`.
#[must_use]
pub fn at<'v>(value: &'v Value, path: &str) -> Option<&'v Value> {
    let mut rest = path.trim();
    rest = rest.strip_prefix('$').unwrap_or(rest);
    let mut found = value;
    while let Some((step, behind)) = step(rest) {
        found = match step {
            Step::Member(name) => found.get(name)?,
            Step::Place(place) => found.get(place)?,
        };
        rest = behind;
    }
    rest.is_empty().then_some(found)
}

/// The first step of a path and what is behind it; none at its end, and where it is not a path.
fn step(path: &str) -> Option<(Step<'_>, &str)> {
    if let Some(inside) = path.strip_prefix('[') {
        if let Some(quote @ ('\'' | '"')) = inside.chars().next() {
            let (name, behind) = inside[1..].split_once(quote)?;
            return Some((Step::Member(name), behind.strip_prefix(']')?));
        }
        let (place, behind) = inside.split_once(']')?;
        return Some((Step::Place(place.trim().parse().ok()?), behind));
    }
    let path = path.strip_prefix('.').unwrap_or(path);
    let end = path.find(['.', '[']).unwrap_or(path.len());
    let (name, behind) = path.split_at(end);
    (!name.is_empty()).then_some((Step::Member(name), behind))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_path_names_members_and_places() {
        let value = json!({ "data": { "orders": [{ "id": 7 }, { "id": 8 }], "a.b": true } });
        assert_eq!(at(&value, "data.orders[1].id"), Some(&json!(8)));
        assert_eq!(at(&value, "$.data.orders[0].id"), Some(&json!(7)));
        assert_eq!(at(&value, "data['a.b']"), Some(&json!(true)));
        assert_eq!(at(&value, ""), Some(&value));
        assert_eq!(at(&json!([1, [2, 3]]), "[1][0]"), Some(&json!(2)));
    }

    #[test]
    fn what_is_not_there_is_none() {
        let value = json!({ "data": [1] });
        for path in ["dat", "data[1]", "data.x", "data[-1]", "data[", "data[x]", "data..x", "data['x", "data]"] {
            assert_eq!(at(&value, path), None, "{path}");
        }
    }
}
