mod derives;
mod plain;
mod shows;

#[cfg(test)]
mod tests {
    use tools::test;

    #[test]
    fn works() {}
}
