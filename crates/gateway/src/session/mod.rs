//! Who is signed in: sign-in by OpenID Connect, sessions, sign-out (`design.md` §6).

pub mod person;
