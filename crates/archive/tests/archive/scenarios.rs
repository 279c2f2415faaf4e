//! Placing a scenario's settings.

use demo_snapshot_archive::{Error, Existing};

use crate::support::{Fixture, name};

#[test]
fn settings_are_placed_in_a_folder_of_their_own() {
    let fixture = Fixture::new();
    let shop = name("shop");
    assert!(!fixture.archive.has_scenario_file(&shop).expect("looks"));
    let lock = fixture.archive.lock().expect("locks");
    let path =
        fixture.archive.place_scenario(&lock, &shop, "scenario: shop\n", Existing::Keep).expect("writes");
    assert_eq!(path, fixture.path("shop/scenario.yaml"));
    assert_eq!(fixture.read("shop/scenario.yaml"), "scenario: shop\n");
    assert!(fixture.archive.has_scenario_file(&shop).expect("looks"));
}

#[test]
fn settings_that_are_there_stay_unless_they_are_to_be_replaced() {
    let fixture = Fixture::new();
    let general = name("general");
    let lock = fixture.archive.lock().expect("locks");
    let place = |existing| fixture.archive.place_scenario(&lock, &general, "new\n", existing);
    let before = fixture.tree();
    let refused = place(Existing::Keep).expect_err("refused");
    assert!(
        matches!(&refused, Error::ScenarioExists { path } if *path == fixture.path("general/scenario.yaml"))
    );
    assert_eq!(fixture.tree(), before);
    place(Existing::Replace).expect("replaces");
    assert_eq!(fixture.read("general/scenario.yaml"), "new\n");
}

#[cfg(unix)]
#[test]
fn no_link_is_followed() {
    let fixture = Fixture::new();
    let outside = fixture.root.path().join("outside");
    std::fs::create_dir(&outside).expect("a folder");
    std::os::unix::fs::symlink(&outside, fixture.path("shop")).expect("a link");
    let lock = fixture.archive.lock().expect("locks");
    for existing in [Existing::Keep, Existing::Replace] {
        let refused = fixture.archive.place_scenario(&lock, &name("shop"), "x", existing);
        assert!(matches!(refused, Err(Error::NotAFolder { .. })), "{refused:?}");
    }
    assert!(fixture.archive.has_scenario_file(&name("shop")).is_err());
    assert_eq!(std::fs::read_dir(&outside).expect("a folder").count(), 0);

    let target = outside.join("target");
    std::os::unix::fs::symlink(&target, fixture.path("general/new")).expect("a link");
    std::fs::rename(fixture.path("general/new"), fixture.path("general/scenario.yaml"))
        .expect("in its place");
    assert!(fixture.archive.has_scenario_file(&name("general")).expect("looks"));
    fixture
        .archive
        .place_scenario(&lock, &name("general"), "x", Existing::Replace)
        .expect("replaces the link");
    assert!(!target.exists());
}
