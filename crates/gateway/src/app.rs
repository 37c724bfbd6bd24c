//! How the gateway is put together. Handlers take the parts they need by `State<…>` (`FromRef`).
