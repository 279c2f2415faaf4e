//! `test`, `ci`, `bench`: what they start, seen by a stand-in for cargo.
#![cfg(unix)]

use std::os::unix::fs::PermissionsExt as _;

use insta::assert_snapshot;

use crate::clone;

#[test]
fn no_network_is_passed_on_to_cargo() {
    let sandbox = clone();
    sandbox.write("bin/cargo", "#!/bin/sh\necho \"offline: ${CARGO_NET_OFFLINE:-not asked for}\"\n");
    let cargo = sandbox.path("bin/cargo");
    std::fs::set_permissions(&cargo, std::fs::Permissions::from_mode(0o755)).expect("permitted");
    let folder = cargo.parent().expect("a folder").to_str().expect("text");
    let told = |no_network: &[(&str, &str)]| {
        let variables =
            [&[("PATH", folder), ("CARGO_NET_OFFLINE", ""), ("NO_NETWORK", "")], no_network].concat();
        sandbox.run_with(&["test", "-q"], &variables).expect_code(0).stdout
    };
    assert_snapshot!(told(&[]), @"
    offline: not asked for
    offline: not asked for
    offline: not asked for
    ");
    assert_eq!(told(&[("NO_NETWORK", "false")]), told(&[]));
    assert_snapshot!(told(&[("NO_NETWORK", "true")]), @"
    offline: true
    offline: true
    offline: true
    ");
    assert_eq!(told(&[("NO_NETWORK", "1")]), told(&[("NO_NETWORK", "true")]));
}
