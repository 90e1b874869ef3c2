resource "aws_lambda_permission" "lex" {
  principal = "lex.amazonaws.com"
}
