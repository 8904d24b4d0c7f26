"""The ways in and out: spreadsheets and other people's formats in, tables out."""
