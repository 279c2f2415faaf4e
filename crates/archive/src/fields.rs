//! A JSON object read field by field: every key must be taken, of the right type, and none may be left over.

use std::collections::BTreeMap;
use std::path::Path;

use model::json::Json;
use model::text::Shown;

use crate::Error;
use crate::text::cut;

/// The fields of one object that are not taken yet.
pub(crate) struct Fields<'a> {
    path: &'a Path,
    place: String,
    left: BTreeMap<String, Json>,
}

impl<'a> Fields<'a> {
    /// Starts on `value`, which `key` of the surrounding object holds; `place` is what messages call it.
    pub(crate) fn of(path: &'a Path, place: String, key: &str, value: Json) -> Result<Self, Error> {
        match value {
            Json::Object(left) => Ok(Self { path, place, left }),
            _ => Err(field(path, place, key, "an object")),
        }
    }

    /// What messages call the object.
    pub(crate) fn place(&self) -> &str {
        &self.place
    }

    /// Gives messages a better name, once one is known.
    pub(crate) fn rename(&mut self, place: String) {
        self.place = place;
    }

    /// Every field, whatever its name.
    pub(crate) fn into_all(self) -> BTreeMap<String, Json> {
        self.left
    }

    /// Takes an object.
    pub(crate) fn object(&mut self, key: &str) -> Result<Self, Error> {
        let value = self.take(key, "an object")?;
        Self::of(self.path, self.place.clone(), key, value)
    }

    /// Takes a whole number.
    pub(crate) fn number(&mut self, key: &str) -> Result<u64, Error> {
        let value = self.take(key, WHOLE)?;
        whole(&value).ok_or_else(|| self.wrong(key, WHOLE))
    }

    /// Takes a text that `read` accepts.
    pub(crate) fn text<T>(
        &mut self,
        key: &str,
        expected: &'static str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, Error> {
        let value = self.take(key, expected)?;
        let Json::String(text) = value else { return Err(self.wrong(key, expected)) };
        read(&text).ok_or_else(|| self.wrong(key, expected))
    }

    /// Takes a mark: `true`, or left out.
    pub(crate) fn mark(&mut self, key: &str) -> Result<bool, Error> {
        match self.left.remove(key) {
            None => Ok(false),
            Some(Json::Bool(true)) => Ok(true),
            Some(_) => Err(self.wrong(key, "`true`, or left out")),
        }
    }

    /// Ends: nothing may be left.
    pub(crate) fn finish(self) -> Result<(), Error> {
        match self.left.into_keys().next() {
            None => Ok(()),
            Some(key) => Err(Error::UnknownKey {
                path: self.path.to_owned(),
                place: self.place,
                key: Shown(&cut(&key)).to_string(),
            }),
        }
    }

    fn take(&mut self, key: &str, expected: &'static str) -> Result<Json, Error> {
        self.left.remove(key).ok_or_else(|| self.wrong(key, expected))
    }

    fn wrong(&self, key: &str, expected: &'static str) -> Error {
        field(self.path, self.place.clone(), key, expected)
    }
}

pub(crate) const WHOLE: &str = "a whole number";

/// The error of a field that is missing or is not what it must be.
pub(crate) fn field(path: &Path, place: String, key: &str, expected: &'static str) -> Error {
    Error::Field { path: path.to_owned(), place, key: Shown(&cut(key)).to_string(), expected }
}

/// A JSON number as a count.
pub(crate) fn whole(value: &Json) -> Option<u64> {
    match value {
        Json::Number(digits) => digits.parse().ok(),
        _ => None,
    }
}
