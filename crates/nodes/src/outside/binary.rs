//! Files beside items, by the name under which an item has them.

use bridge_domain::{Binary, Item, StepFailure};

use crate::Services;
use crate::failure::failed_at;

/// A file beside an item, and its content.
///
/// # Errors
/// When the item has no such file, or its content was dropped.
pub async fn content(services: &Services, item: &Item, name: &str) -> Result<(Binary, Vec<u8>), StepFailure> {
    let binary = file(item, name)?;
    let content = services.blobs.get(&binary.hash).await?;
    Ok((binary.clone(), content))
}

/// A file beside an item.
///
/// # Errors
/// When the item has no such file; says which it has.
pub fn file<'i>(item: &'i Item, name: &str) -> Result<&'i Binary, StepFailure> {
    item.binary.get(name).ok_or_else(|| {
        let names: Vec<String> = item.binary.keys().take(10).map(|name| format!("“{name}”")).collect();
        let hint = if names.is_empty() {
            "It has none. Put a node before this one that reads or downloads a file.".to_owned()
        } else {
            format!("It has {}.", names.join(", "))
        };
        failed_at("binary_field", format!("The item has no file named “{name}”."), hint)
    })
}
