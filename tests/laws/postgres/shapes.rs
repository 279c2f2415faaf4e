//! Every shape of keys and tables on PostgreSQL, and from one engine to the other.

use test_support::postgres::TestDatabase;
use test_support::sqlite;

use super::exported;
use crate::shapes::shapes;
use crate::{body, done, versions};

#[test]
fn scenarios_of_every_shape_go_from_version_to_version_and_back() {
    for shape in shapes() {
        let [_, Some(schema)] = shape.schemas() else { continue };
        let sandbox = shape.sandbox();
        let (source, target) = (TestDatabase::new(), TestDatabase::new());
        source.psql(&format!("{schema}{}", shape.rows));
        done(&sandbox, &["demo-export", "shape", "--database", &source.url()]);
        source.psql(shape.edit);
        done(&sandbox, &["demo-export", "shape", "--database", &source.url()]);
        let files: Vec<Vec<u8>> = versions(&sandbox, "shape").into_values().collect();
        assert_eq!(files.len(), 2, "{}", shape.name);
        shape.check_sections(&files[0]);
        done(&sandbox, &["demo-explain", "shape", "--database", &source.url()]);
        target.psql(schema);
        for (version, file) in [("v1", 0), ("v2", 1), ("v1", 0)] {
            done(&sandbox, &["demo-import", "shape", "--version", version, "--database", &target.url()]);
            let found = exported(&sandbox, "shape", &target.url());
            assert_eq!(body(&found), body(&files[file]), "{}: {version}", shape.name);
        }
    }
}

#[test]
fn scenarios_of_every_shape_are_the_same_on_both_engines() {
    for shape in shapes() {
        let [Some(sqlite), Some(postgres)] = shape.schemas() else { continue };
        let sandbox = shape.sandbox();
        sqlite::execute(&sandbox.path("source.sqlite"), &format!("{sqlite}{}", shape.rows));
        done(&sandbox, &["demo-export", "shape", "--database", "sqlite:source.sqlite"]);
        let (_, file) = versions(&sandbox, "shape").pop_last().expect("a version");
        let (same, other) = (TestDatabase::new(), TestDatabase::new());
        same.psql(&format!("{postgres}{}", shape.rows));
        assert_eq!(
            body(&exported(&sandbox, "shape", &same.url())),
            body(&file),
            "{}: the same rows",
            shape.name
        );
        other.psql(postgres);
        done(&sandbox, &["demo-import", "shape", "--database", &other.url()]);
        assert_eq!(body(&exported(&sandbox, "shape", &other.url())), body(&file), "{}: imported", shape.name);
    }
}
