//! What the page calls to sign in and out.

pub mod create;
pub mod delete;
pub mod get;
pub mod signin;

use axum::{Router, routing};
use portal_model::api::path;

use crate::app::App;

/// The operations.
pub fn routes() -> Router<App> {
    Router::new()
        .route(path::SIGNIN, routing::post(signin::start))
        .route(path::SESSION, routing::get(get::get).post(create::create).delete(delete::delete))
}
