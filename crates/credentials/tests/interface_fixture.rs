//! Keeps the kinds of credential that the interface is tested with (`ui/src/ipc/twin/credentialKinds.json`) equal to the
//! real ones.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::path::Path;

#[test]
fn the_interface_is_tested_with_the_real_kinds_of_credential() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ui/src/ipc/twin/credentialKinds.json");
    let mut fresh = serde_json::to_string_pretty(&bridge_credentials::kinds()).unwrap();
    fresh.push('\n');
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    if committed != fresh {
        std::fs::write(&path, fresh).unwrap();
        panic!("{} was out of date and has been written anew: commit it", path.display());
    }
}
