resource "aws_s3_bucket" "photos" {
  bucket = "photos-of-the-club"
}

resource "aws_s3_bucket_notification" "photos" {
  bucket = aws_s3_bucket.photos.id

  lambda_function {
    lambda_function_arn = aws_lambda_function.thumbnails.arn
    events              = ["s3:ObjectCreated:*"]
  }
}

resource "aws_sns_topic" "moderation" {
  name = "moderation"
}

resource "aws_sns_topic_subscription" "moderation" {
  topic_arn = aws_sns_topic.moderation.arn
  protocol  = "lambda"
  endpoint  = aws_lambda_function.thumbnails.arn
}

resource "aws_cloudwatch_event_rule" "sweep" {
  name                = "sweep"
  schedule_expression = "rate(1 day)"
}

resource "aws_cloudwatch_event_target" "sweep" {
  rule = aws_cloudwatch_event_rule.sweep.name
  arn  = aws_lambda_function.thumbnails.arn
}

resource "aws_apigatewayv2_api" "gallery" {
  name          = "gallery"
  protocol_type = "HTTP"
}

resource "aws_apigatewayv2_integration" "gallery" {
  api_id                 = aws_apigatewayv2_api.gallery.id
  integration_type       = "AWS_PROXY"
  integration_uri        = aws_lambda_function.thumbnails.arn
  payload_format_version = "2.0"
}
