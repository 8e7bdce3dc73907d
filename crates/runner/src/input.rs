//! Items as pages, the way the journal keeps what a run begins with.

use bridge_domain::{Error, ErrorCode, Item, Lineage, MAX_PAGE_BYTES, MAX_PAGE_ITEMS, Page, Result};

/// Pages of these items.
///
/// # Errors
/// `internal` for an item without a JSON form, which there is not.
pub(crate) fn pages(items: &[Item]) -> Result<Vec<Page>> {
    let mut pages = Vec::new();
    let (mut text, mut count) = (String::from("["), 0_u32);
    for item in items {
        let one = serde_json::to_string(item).map_err(|error| defect(&error))?;
        let is_full = count as usize >= MAX_PAGE_ITEMS || text.len() + one.len() + 2 > MAX_PAGE_BYTES;
        if count > 0 && is_full {
            pages.push(Page::new(std::mem::replace(&mut text, String::from("[")) + "]", count, Lineage::None));
            count = 0;
        }
        if count > 0 {
            text.push(',');
        }
        text.push_str(&one);
        count += 1;
    }
    if count > 0 {
        pages.push(Page::new(text + "]", count, Lineage::None));
    }
    Ok(pages)
}

/// The items of these pages.
///
/// # Errors
/// `store_damaged` for a page that is not one.
pub(crate) fn items(pages: &[Page]) -> Result<Vec<Item>> {
    let mut items = Vec::new();
    for page in pages {
        items.extend(page.items().map_err(|_| {
            Error::new(ErrorCode::StoreDamaged, "The data of that run cannot be read.", "Start a new run.")
        })?);
    }
    Ok(items)
}

fn defect(error: &serde_json::Error) -> Error {
    Error::new(ErrorCode::Internal, format!("The input cannot be kept: {error}."), "")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use serde_json::json;

    use super::*;

    #[test]
    fn items_come_back_from_pages_of_bounded_size() {
        let item =
            |number: usize| Item::from(json!({ "n": number, "text": "x".repeat(700) }).as_object().unwrap().clone());
        let all: Vec<Item> = (0..4_000).map(item).collect();
        let pages = pages(&all).unwrap();
        assert!(pages.len() >= 4 && pages.iter().all(|page| page.text.len() <= MAX_PAGE_BYTES));
        assert_eq!(items(&pages).unwrap(), all);
        assert!(super::pages(&[]).unwrap().is_empty());
    }
}
