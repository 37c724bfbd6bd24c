//! What the page calls to sign in and out.

pub mod create;
pub mod delete;
pub mod get;
pub mod see_as;
pub mod signin;

use axum::{
    Router,
    extract::{Request, State},
    handler::Handler,
    response::Response,
    routing,
};
use portal_model::api::{acting, path};

use crate::{
    app::App,
    embed::{self, Place},
};

/// The operations.
pub fn routes() -> Router<App> {
    Router::new()
        .route(path::SIGNIN, routing::post(signin::start))
        .route(path::SESSION, routing::get(get::get).post(begin).delete(delete::delete))
        .route(acting::path::SEE_AS, routing::post(see_as::begin).delete(see_as::end))
}

/// A session begins with the provider's answer; in a frame, with a token or ticket.
async fn begin(State(app): State<App>, request: Request) -> Response {
    match Place::of(request.extensions()).host() {
        None => create::create.call(request, app).await,
        Some(_) => embed::redeem::redeem.call(request, app).await,
    }
}
