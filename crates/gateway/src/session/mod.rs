//! Who is signed in: sign-in by OpenID Connect, sessions, sign-out (`design.md` §6).

pub mod api;
pub mod caller;
pub mod claims;
pub mod cookie;
mod extract;
pub mod person;
pub mod provider;
pub mod return_to;
pub mod see_as;
pub mod sessions;
pub mod signin_cookie;

pub use extract::{from_another_site, signed_in};
