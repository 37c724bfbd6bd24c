//! What the portal in a frame and the page around it say to each other (`design.md` §6, Embed).
//!
//! A message is an [`Envelope`] as JSON text: text has a length that can be looked at before it is read, an object has not.
//! Both sides check `origin` and `source` of every message, ignore what they do not know, and never put a token into an
//! address. The frame never sends a token; the host sends one only when asked, to the frame's exact origin.

use serde::{Deserialize, Serialize};

use crate::{
    id::{AttributeId, FileId, SchemaId, TaskId},
    links::encode,
};

/// Version of this protocol: raised when an old reader would misunderstand a message.
pub const VERSION: u32 = 1;
/// Longer messages are dropped unread, in UTF-16 units of their JSON.
pub const MAX_MESSAGE: usize = 16_384;

/// Around every message, so that it cannot be taken for somebody else's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Envelope<M> {
    /// Always [`VERSION`].
    pub diffgram_portal: u32,
    /// What is said.
    pub message: M,
}

impl<M> Envelope<M> {
    /// Puts a message into its envelope.
    pub fn new(message: M) -> Self {
        Self { diffgram_portal: VERSION, message }
    }
}

/// What a frame shows, as the element's attribute `view` says it. Each has pages of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum View {
    /// The person's tasks.
    Inbox,
    /// One task after the other.
    Next,
    /// One task.
    Task,
    /// One file, with what is drawn on it and what models predict.
    File,
    /// Many files at once, and comparing models.
    Explorer,
    /// Schemas, for admins. Only where the configuration and the token say so (EMB-02).
    Schema,
}

impl View {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Inbox, Self::Next, Self::Task, Self::File, Self::Explorer, Self::Schema];

    /// Its name in attributes, configuration and messages.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Inbox => "inbox",
            Self::Next => "next",
            Self::Task => "task",
            Self::File => "file",
            Self::Explorer => "explorer",
            Self::Schema => "schema",
        }
    }

    /// The view of a page, by the first part of its path below `/embed/{host}`.
    #[must_use]
    pub fn of_page(first: &str) -> Option<Self> {
        Some(match first {
            "inbox" => Self::Inbox,
            "next" => Self::Next,
            "tasks" => Self::Task,
            "files" => Self::File,
            "explorer" => Self::Explorer,
            "schemas" => Self::Schema,
            _ => return None,
        })
    }
}

/// How a frame looks, said by the page around: what is left out is as the configuration of the host says, else as usual.
/// Typed and checked, never CSS (EMB-20).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Look {
    /// Light, dark, or as the browser says.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub scheme: Option<Scheme>,
    /// The colour of what can be pressed, `#rrggbb`. Too little contrast is put right (EMB-21).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub accent: Option<String>,
    /// How round corners are, in pixels, 0 to 16.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub radius: Option<u8>,
    /// How much stands in a row's height.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub density: Option<Density>,
    /// The language, as in `lang`: `en`, `de`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub locale: Option<String>,
    /// Who decides how high the frame is.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub height: Option<HeightMode>,
}

/// Light or dark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum Scheme {
    /// As the browser says.
    Auto,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// How much stands in a row's height.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum Density {
    /// Two lines a row.
    Comfortable,
    /// One line a row.
    Compact,
}

/// Who decides how high the frame is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum HeightMode {
    /// The page around, by its styles; what does not fit scrolls in the frame.
    Fill,
    /// What is in the frame, up to [`MAX_HEIGHT`]: the frame tells its height (EMB-19).
    Auto,
}

/// No frame is asked to be higher, in CSS pixels.
pub const MAX_HEIGHT: u32 = 4_000;
/// So many ids are told of a selection; `total` counts all.
pub const MAX_SELECTED: usize = 500;

/// From the frame to the page around it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum FromFrame {
    /// The frame shows something.
    Ready,
    /// Nobody is signed in here: send a [`ToFrame::Token`], or the person signs in by the popup the frame offers.
    TokenNeeded,
    /// The frame went to another of its pages.
    Navigate {
        /// Path below `/embed/<host>`, with query.
        path: String,
    },
    /// The person opens a task in Diffgram.
    TaskOpen {
        /// Which.
        #[cfg_attr(test, ts(type = "number"))]
        task: TaskId,
    },
    /// A task of the person was completed.
    TaskCompleted {
        /// Which.
        #[cfg_attr(test, ts(type = "number"))]
        task: TaskId,
    },
    /// What is selected in a list became another.
    SelectionChange {
        /// Tasks, the first [`MAX_SELECTED`].
        #[cfg_attr(test, ts(type = "number[]"))]
        tasks: Vec<TaskId>,
        /// Files, the first [`MAX_SELECTED`].
        #[cfg_attr(test, ts(type = "number[]"))]
        files: Vec<FileId>,
        /// How many there are in all.
        total: u32,
    },
    /// Changes of a schema are in Diffgram.
    SchemaApplied {
        /// Which.
        #[cfg_attr(test, ts(type = "number"))]
        schema: SchemaId,
        /// The number of its version now.
        #[cfg_attr(test, ts(type = "number"))]
        version: i64,
    },
    /// With [`HeightMode::Auto`]: how high all of it is, in CSS pixels.
    Height {
        /// Pixels.
        height: u32,
    },
    /// The session in the frame is over.
    SignedOut,
    /// Something the host should know.
    Error {
        /// One of [`ErrorCode`], as text.
        code: ErrorCode,
    },
}

/// What can go wrong in a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum ErrorCode {
    /// The token was refused: expired, used, or not for this host.
    TokenRefused,
    /// The browser keeps no cookies in this frame: open the portal in a tab.
    CookiesBlocked,
    /// The browser blocked the sign-in window.
    PopupBlocked,
    /// The frame may keep nothing at all, not even for a moment: its sandbox, or the browser's settings.
    StorageBlocked,
    /// The page that was asked for is not one that this host or this token may show.
    ViewRefused,
    /// Something of a [`Look`] was not taken, or had to be put right.
    LookRefused,
    /// From the element itself: the frame says nothing (EMB-16).
    FrameBlocked,
    /// From the element itself: its `fetchToken` failed.
    TokenFailed,
    /// From the element itself: an attribute is missing, or makes no sense.
    Address,
}

/// From the page around to the frame.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum ToFrame {
    /// A token that the host's backend minted with its key (`POST /api/embed-tokens`).
    Token {
        /// Opaque; good once, for 60 seconds.
        token: String,
    },
    /// The host app's user left or became another: the session in the frame ends, and the frame begins anew.
    SignOut,
    /// The element around the frame says which it is.
    Hello {
        /// Its version.
        element: String,
    },
    /// How it shall look.
    Look(Look),
    /// Another page of the frame (EMB-09): typed, never an address.
    Go(Go),
}

/// A page of the frame, by what it shows. `None` and empty: nothing of it is said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Go {
    /// What is shown.
    pub view: View,
    /// Which task.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(type = "number", optional))]
    pub task: Option<TaskId>,
    /// Which file, by its id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(type = "number", optional))]
    pub file: Option<FileId>,
    /// Which file, by the key of the host app: its exact name in Diffgram.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub key: Option<String>,
    /// Which schema.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(type = "number", optional))]
    pub schema: Option<SchemaId>,
    /// Which of its attributes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(type = "number", optional))]
    pub attribute: Option<AttributeId>,
    /// The search in "my tasks", the query in the explorer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub query: Option<String>,
    /// More of the page's address, as it stands behind its `?`: `tab=done&job=12`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub filter: Option<String>,
}

impl Go {
    /// Nothing but a view.
    #[must_use]
    pub fn to(view: View) -> Self {
        Self { view, task: None, file: None, key: None, schema: None, attribute: None, query: None, filter: None }
    }

    /// The page's address below `/embed/{host}`; `None` when what it shows is not said. The element makes the same
    /// (`embed/addresses.json` holds both to it).
    #[must_use]
    pub fn path(&self) -> Option<String> {
        let path = match self.view {
            View::Inbox => "/inbox".to_owned(),
            View::Next => "/next".to_owned(),
            View::Explorer => "/explorer".to_owned(),
            View::Task => format!("/tasks/{}", self.task?),
            View::File => match (self.file, &self.key) {
                (Some(file), _) => format!("/files/{file}"),
                (None, Some(key)) if !key.is_empty() => format!("/files/key/{}", encode(key)),
                _ => return None,
            },
            View::Schema => match (self.schema, self.attribute) {
                (None, _) => "/schemas".to_owned(),
                (Some(schema), None) => format!("/schemas/{schema}"),
                (Some(schema), Some(attribute)) => format!("/schemas/{schema}/attributes/{attribute}"),
            },
        };
        let query = self.query.as_deref().filter(|query| !query.is_empty()).map(|query| format!("q={}", encode(query)));
        let filter = self.filter.as_deref().map(|filter| filter.trim_start_matches('?').to_owned());
        let pairs: Vec<String> = query.into_iter().chain(filter).filter(|part| !part.is_empty()).collect();
        Some(if pairs.is_empty() { path } else { format!("{path}?{}", pairs.join("&")) })
    }
}

/// From the sign-in window to the frame that opened it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum FromPopup {
    /// The person signed in at top level; the frame redeems this.
    Ticket {
        /// Opaque; good once, for 60 seconds, for one host.
        ticket: String,
    },
}

#[cfg(test)]
mod tests {
    use std::{env, fs, path::Path};

    use ts_rs::TS;

    use super::*;

    /// A file of the element that is written from here; `PORTAL_UPDATE=1` writes it anew.
    fn held(name: &str, text: &str) {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../embed").join(name);
        if env::var_os("PORTAL_UPDATE").is_some() {
            fs::write(&path, text).unwrap();
        }
        let there = fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(there, text, "PORTAL_UPDATE=1 cargo test -p portal-model embed writes embed/{name}");
    }

    #[test]
    fn the_types_of_the_element_are_those_of_the_protocol() {
        let config = ts_rs::Config::default();
        let declared = [
            ("What a frame shows.", View::decl(&config)),
            ("How it looks.", Look::decl(&config)),
            ("Light or dark.", Scheme::decl(&config)),
            ("How much stands in a row's height.", Density::decl(&config)),
            ("Who decides how high the frame is.", HeightMode::decl(&config)),
            ("A page of the frame, by what it shows.", Go::decl(&config)),
            ("What can go wrong.", ErrorCode::decl(&config)),
            ("From the frame to the page around it.", FromFrame::decl(&config)),
            ("From the page around to the frame.", ToFrame::decl(&config)),
        ];
        let mut text = "// Written from crates/model/src/embed.rs. Do not edit.\n".to_owned();
        for (doc, declared) in declared {
            text.push_str(&format!("\n/** {doc} */\nexport {declared}\n"));
        }
        held("messages.d.ts", &text);
    }

    #[test]
    fn addresses_are_those_of_the_element() {
        let task = Go { task: Some(TaskId(12)), ..Go::to(View::Task) };
        let file = Go { file: Some(FileId(7)), key: Some("not used".into()), ..Go::to(View::File) };
        let key = Go { key: Some("cust x/ä (1)*'!.jpg".into()), ..Go::to(View::File) };
        let schema = Go { schema: Some(SchemaId(1)), ..Go::to(View::Schema) };
        let attribute = Go { attribute: Some(AttributeId(8)), ..schema.clone() };
        let query = Go { query: Some("label:\"red & blue\" score>=0.5".into()), ..Go::to(View::Explorer) };
        let both = Go { query: Some("coins".into()), filter: Some("?tab=done&job=12".into()), ..Go::to(View::Inbox) };
        let filter = Go { filter: Some("tab=all".into()), ..Go::to(View::Inbox) };
        let odd = Go { filter: Some(String::new()), query: Some(String::new()), ..Go::to(View::Next) };
        let which = [Go::to(View::Inbox), Go::to(View::Task), Go::to(View::File), Go::to(View::Schema)];
        let all = [task, file, key, schema, attribute, query, both, filter, odd].into_iter().chain(which);
        let examples: Vec<_> = all.map(|go| serde_json::json!({"go": go, "path": go.path()})).collect();
        held("addresses.json", &format!("{}\n", serde_json::to_string_pretty(&examples).unwrap()));
    }

    #[test]
    fn the_wire_form_is_pinned() {
        let json = serde_json::to_string(&Envelope::new(FromFrame::TaskOpen { task: TaskId(12) })).unwrap();
        assert_eq!(json, r#"{"diffgram_portal":1,"message":{"type":"task_open","task":12}}"#);
        let back: Envelope<ToFrame> =
            serde_json::from_str(r#"{"diffgram_portal":1,"message":{"type":"token","token":"t"}}"#).unwrap();
        assert_eq!(back.message, ToFrame::Token { token: "t".into() });
        let back: Envelope<ToFrame> =
            serde_json::from_str(r#"{"diffgram_portal":1,"message":{"type":"sign_out"}}"#).unwrap();
        assert_eq!(back.message, ToFrame::SignOut);
    }

    #[test]
    fn emb_05_what_is_not_known_is_no_message() {
        for text in [
            r#"{"message":{"type":"token","token":"t"}}"#,
            r#"{"diffgram_portal":1,"message":{"type":"navigate","path":"javascript:alert(1)"}}"#,
            r#"{"diffgram_portal":1,"message":{"type":"go","view":"javascript:alert(1)"}}"#,
            r#"{"diffgram_portal":1,"message":{"type":"look","radius":"url(//evil)"}}"#,
            r#"{"diffgram_portal":1,"message":{"type":"token","token":{"__proto__":1}}}"#,
        ] {
            assert!(serde_json::from_str::<Envelope<ToFrame>>(text).is_err(), "{text}");
        }
    }
}
