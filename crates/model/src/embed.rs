//! What the portal in a frame and the page around it say to each other (`design.md` §6, Embed).
//!
//! A message is an [`Envelope`] as JSON text: text has a length that can be looked at before it is read, an object has not.
//! Both sides check `origin` and `source` of every message, ignore what they do not know, and never put a token into an
//! address. The frame never sends a token; the host sends one only when asked, to the frame's exact origin.

use serde::{Deserialize, Serialize};

use crate::id::TaskId;

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

/// From the frame to the page around it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
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
        task: TaskId,
    },
    /// A task of the person was completed.
    TaskCompleted {
        /// Which.
        task: TaskId,
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
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// The token was refused: expired, used, or not for this host.
    TokenRefused,
    /// The browser keeps no cookies in this frame: open the portal in a tab.
    CookiesBlocked,
    /// The browser blocked the sign-in window.
    PopupBlocked,
}

/// From the page around to the frame.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ToFrame {
    /// A token that the host's backend minted with its key (`POST /api/embed-tokens`).
    Token {
        /// Opaque; good once, for 60 seconds.
        token: String,
    },
    /// The host app's user left or became another: the session in the frame ends, and the frame begins anew.
    SignOut,
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
    use super::*;

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
            r#"{"diffgram_portal":1,"message":{"type":"token","token":{"__proto__":1}}}"#,
        ] {
            assert!(serde_json::from_str::<Envelope<ToFrame>>(text).is_err(), "{text}");
        }
    }
}
