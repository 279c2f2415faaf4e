//! The shop's schema: migrations for each engine, oldest first. One that has shipped is never changed.

use demo_snapshot_cli::Migration;

pub const SQLITE: &[Migration] = &[
    Migration { name: "0001_catalog", sql: include_str!("../../migrations/sqlite/0001_catalog.sql") },
    Migration { name: "0002_orders", sql: include_str!("../../migrations/sqlite/0002_orders.sql") },
];

pub const POSTGRES: &[Migration] = &[
    Migration { name: "0001_catalog", sql: include_str!("../../migrations/postgres/0001_catalog.sql") },
    Migration { name: "0002_orders", sql: include_str!("../../migrations/postgres/0002_orders.sql") },
];

/// The task `schema`: prints the names of the migrations.
pub fn print() -> std::process::ExitCode {
    for migration in SQLITE {
        println!("{}", migration.name);
    }
    std::process::ExitCode::SUCCESS
}
