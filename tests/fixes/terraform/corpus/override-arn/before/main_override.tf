resource "aws_lambda_permission" "lex" {
  source_arn = "arn:aws:lex:us-east-1:111122223333:intent:*"
}
