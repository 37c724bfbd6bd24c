//! Sends somebody to the identity provider: state and nonce come from the gateway, the PKCE pair is made here (RFC 7636).

use leptos::prelude::*;
use oauth2::{AuthUrl, ClientId, CsrfToken, PkceCodeChallenge, RedirectUrl, Scope, basic::BasicClient};
use portal_model::api::{SigninRequest, SigninStart, path};

use super::SessionState;
use crate::{
    api::{self, Failure},
    app::Portal,
    areas, platform,
};

/// When the last sign-in by itself was begun, in the tab's storage.
const LAST: &str = "portal.signin.last";
/// A second one by itself within this many milliseconds would be a loop.
const LOOP: f64 = 15_000.0;

/// Where the tab keeps the verifier of a sign-in until the provider sends the person back.
pub fn verifier_name(state: &str) -> String {
    format!("portal.verifier.{state}")
}

/// Signing in worked: the next one by itself is no loop.
pub fn worked() {
    if let Some(storage) = platform::session_storage() {
        let _ = storage.remove_item(LAST);
    }
}

/// Starts a sign-in by itself, unless one failed a moment ago: then a button does.
pub async fn start(portal: Portal) {
    let storage = platform::session_storage();
    let last =
        storage.as_ref().and_then(|storage| storage.get_item(LAST).ok().flatten()).map(|text| platform::parsed(&text));
    if last.is_some_and(|last| platform::now() - last < LOOP) {
        portal.session.set(SessionState::Stopped(None));
        return;
    }
    by_button(portal, platform::here()).await;
}

/// Starts a sign-in that comes back to an address of this page.
pub async fn by_button(portal: Portal, return_to: String) {
    portal.session.set(SessionState::Leaving);
    match areas::prepare(return_to).await {
        Ok(url) => platform::leave_for(&url),
        Err(failure) => portal.session.set(SessionState::Stopped(Some(failure))),
    }
}

/// Where to go. The verifier stays in this tab and is in no address.
pub async fn prepare(return_to: String) -> Result<String, Failure> {
    let begun: SigninStart = api::send("POST", path::SIGNIN, Some(&SigninRequest { return_to })).await?;
    let state = begun.state.clone();
    let Prepared { url, verifier } = authorize(begun).ok_or(Failure::Offline)?;
    if let Some(storage) = &platform::session_storage() {
        let _ = storage.set_item(LAST, &platform::fixed(platform::now(), 0));
        let _ = storage.set_item(&verifier_name(&state), &verifier);
    }
    Ok(url)
}

/// A sign-in that can begin.
struct Prepared {
    /// The provider's authorization endpoint with all its parameters.
    url: String,
    /// The PKCE verifier (RFC 7636 §4.1).
    verifier: String,
}

/// Makes the PKCE pair and the address to go to; nothing if the gateway's answer is no address.
fn authorize(begun: SigninStart) -> Option<Prepared> {
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let authorization = AuthUrl::new(begun.authorization_endpoint).ok()?;
    let redirect = RedirectUrl::new(begun.redirect_uri).ok()?;
    let client =
        BasicClient::new(ClientId::new(begun.client_id)).set_auth_uri(authorization).set_redirect_uri(redirect);
    let state = begun.state;
    let (url, _) = client
        .authorize_url(|| CsrfToken::new(state))
        .add_scopes(begun.scopes.into_iter().map(Scope::new))
        .set_pkce_challenge(challenge)
        .add_extra_param("nonce", begun.nonce)
        .url();
    Some(Prepared { url: url.into(), verifier: verifier.secret().clone() })
}
