//! The pages inside the program: `cargo test --features plebiscite-public/embed --test embedded`.
#![cfg(feature = "embed")]
#![allow(clippy::unwrap_used, reason = "a test may stop where it fails")]

use plebiscite_public::assets::Assets;

#[test]
fn what_is_built_in_is_served_and_nothing_beside_it() {
    let assets = Assets::of(None);
    assert!(assets.are_there());
    for there in
        ["booth/index.html", "audit/audit.js", "check/index.html", "i18n/kk.js", "worker.js", "style.css"]
    {
        assert!(assets.get(there).is_some_and(|asset| !asset.bytes.is_empty()), "{there}");
    }
    for none in ["tests/shots.js", "src/lib.rs", "Cargo.toml", "README.md"] {
        assert_eq!(assets.get(none), None, "{none}");
    }
    // Nothing is even inside that is not served, by its own name or, compressed, by the name of what it is of.
    for path in Assets::built_in() {
        let served = path.strip_suffix(".br").map_or_else(|| assets.get(&path), |of| assets.brotli(of));
        assert!(served.is_some(), "{path}");
    }
    // A folder that was named goes before what is built in.
    let empty = tempfile::tempdir().unwrap();
    assert_eq!(Assets::of(Some(empty.path())).get("worker.js"), None);
}
