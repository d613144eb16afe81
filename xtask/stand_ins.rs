//! Fails when the crate that a stand-in in `src/stand-ins` waits for has moved on.

use toml::{Table, Value};

/// A stand-in, and the crate whose version decides whether it is still needed.
struct StandIn {
    name: &'static str,
    waits_for: &'static str,
    /// The version of `waits_for` that the stand-in was written for.
    version: &'static str,
}

const STAND_INS: [StandIn; 2] = [
    StandIn { name: "skia-safe", waits_for: "vizia_core", version: "0.4.0" },
    StandIn { name: "xkbcommon-dl", waits_for: "baseview", version: "0.4.2" },
];

/// The packages of this name in a lock file.
fn packages<'a>(lock: &'a Table, name: &str) -> Vec<&'a Table> {
    let all = lock.get("package").and_then(Value::as_array).into_iter().flatten();
    all.filter_map(Value::as_table).filter(|package| package["name"].as_str() == Some(name)).collect()
}

/// Why a stand-in must be looked at again, in one sentence each.
fn complaints(lock: &Table) -> Vec<String> {
    let mut complaints = Vec::new();
    for StandIn { name, waits_for, version } in STAND_INS {
        for package in
            packages(lock, waits_for).iter().filter(|package| package["version"].as_str() != Some(version))
        {
            let now = &package["version"];
            complaints.push(format!(
                "{waits_for} is {now} now: read src/stand-ins/{name}/README.md and decide whether {name} is still needed"
            ));
        }
        // A package in this workspace has no source. The published one appears beside it when its version no longer fits.
        let published = packages(lock, name).iter().any(|package| package.contains_key("source"));
        if published || packages(lock, name).is_empty() {
            complaints
                .push(format!("the stand-in {name} does not take the place of the published crate any more"));
        }
    }
    complaints
}

#[test]
fn every_stand_in_is_still_waited_for() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.lock");
    let lock = std::fs::read_to_string(path).expect("the lock file").parse::<Table>().expect("TOML");
    assert_eq!(complaints(&lock), Vec::<String>::new());
}

#[test]
fn a_newer_crate_and_a_published_twin_are_noticed() {
    let lock = r#"
        package = [
            { name = "vizia_core", version = "0.4.1" },
            { name = "skia-safe", version = "0.93.1" },
            { name = "skia-safe", version = "0.94.0", source = "registry" },
            { name = "baseview", version = "0.4.2" },
            { name = "xkbcommon-dl", version = "0.4.2" },
        ]"#;
    let complaints = complaints(&lock.parse::<Table>().expect("TOML"));
    assert_eq!(complaints.len(), 2, "{complaints:?}");
    assert!(
        complaints[0].starts_with("vizia_core is") && complaints[1].starts_with("the stand-in skia-safe")
    );
}
