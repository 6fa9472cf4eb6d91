"""What works on rows. Only `apply` changes a case, only `carry` touches the outside."""
