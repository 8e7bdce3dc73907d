//! Lets Tauri read its configuration and make what the binary embeds.

fn main() {
    tauri_build::build();
}
