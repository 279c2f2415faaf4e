//! Every way in which a command is refused: its own clear error, the designed exit code, nothing on stdout, and every
//! file as it was. One file per culprit.

mod archive;
mod environment;
mod fuzz;
mod rows;
mod settings;
mod snapshots;
mod targets;
