//! Payments: charges, purchases, invoices and the partners' share.

pub mod invoices;
pub mod ledger;
pub mod purchases;
