resource "aws_lambda_function" "resize" {
  filename = "resize.zip"
}

resource "aws_iam_role" "resize" {
  name = "resize"
}

resource "google_cloud_run_service" "mail" {
  name = "mail"
}

data "aws_lambda_function" "elsewhere" {
  function_name = "elsewhere"
}
