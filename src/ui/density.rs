//! How high rows are. Kept in this browser where it allows that; `init.js` sets it before the first paint.

use leptos::prelude::*;

use crate::platform;

const KEPT: &str = "portal.density";

/// How high rows are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Density {
    /// With air.
    #[default]
    Comfortable,
    /// As many as can be read.
    Compact,
}

impl Density {
    /// Height of a row, in pixels: `--row` in `tokens.css`.
    pub fn row(self) -> f64 {
        match self {
            Self::Comfortable => 60.0,
            Self::Compact => 40.0,
        }
    }

    /// The other one.
    pub fn other(self) -> Self {
        match self {
            Self::Comfortable => Self::Compact,
            Self::Compact => Self::Comfortable,
        }
    }

    /// What was chosen here before.
    pub fn kept() -> Self {
        let kept = platform::local_storage().and_then(|storage| storage.get_item(KEPT).ok().flatten());
        if kept.as_deref() == Some("compact") { Self::Compact } else { Self::Comfortable }
    }

    /// Shows and keeps it.
    pub fn keep(self) {
        if let Some(storage) = platform::local_storage() {
            let _ = match self {
                Self::Comfortable => storage.remove_item(KEPT),
                Self::Compact => storage.set_item(KEPT, "compact"),
            };
        }
        if let Some(root) = document().document_element() {
            let _ = match self {
                Self::Comfortable => root.remove_attribute("data-density"),
                Self::Compact => root.set_attribute("data-density", "compact"),
            };
        }
    }
}
