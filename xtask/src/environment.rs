//! The one place that reads the environment for the development tasks.

/// Whether programs that are started are to leave the network alone: `NO_NETWORK`.
pub(crate) fn no_network() -> bool {
    std::env::var_os("NO_NETWORK").is_some_and(|value| value == "true" || value == "1")
}

/// The folders in which programs are found.
pub(crate) fn search_path() -> Option<std::ffi::OsString> {
    std::env::var_os("PATH")
}

/// What cargo tells the program that it runs of that program's package. To a cargo that is started in turn it would be news:
/// build scripts that read such variables would run again, and all that depends on them would be compiled again.
pub(crate) fn of_own_package() -> impl Iterator<Item = std::ffi::OsString> {
    let is_own = |name: &std::ffi::OsString| {
        let name = name.to_string_lossy();
        name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")
    };
    std::env::vars_os().map(|(name, _)| name).filter(is_own)
}
