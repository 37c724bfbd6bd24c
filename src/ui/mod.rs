//! What pages are made of.

pub mod ago;
pub mod bars;
pub mod bell;
pub mod changing;
pub mod copy_button;
pub mod density;
pub mod dialog;
pub mod due;
pub mod keys;
pub mod links;
pub mod menu;
pub mod nav;
pub mod notice;
pub mod pill;
pub mod readers;
pub mod said;
pub mod signin_button;
pub mod toast;
pub mod window;
